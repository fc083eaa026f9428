/// Whether a plan is for a run that is about to begin.
public enum PlanCheck {
    /// Why it is not, in words, with what to do; empty when it is.
    ///
    /// - Parameters:
    ///   - scriptSHA: of the migration file as it is now.
    ///   - target: where the run would write.
    ///   - inputSHA: of the input as it is now.
    ///   - inputCount: how many records it has now.
    public static func problems(
        _ plan: Plan,
        scriptSHA: String,
        target: String,
        inputSHA: String,
        inputCount: Int
    ) -> [String] {
        let source = plan.source
        var problems: [String] = []
        if source.scriptSHA != scriptSHA {
            problems.append(
                "the migration file was changed after the plan was made: its sha256 is \(ShortSHA.of(scriptSHA)), the plan "
                    + "is for \(ShortSHA.of(source.scriptSHA)); make a new plan"
            )
        }
        if source.target != target {
            problems.append(
                "the plan is for \(VisibleText.of(source.target)), not for \(VisibleText.of(target)); make a plan "
                    + "there, or name the target that was planned"
            )
        }
        if source.inputCount != inputCount {
            problems.append(
                "the input has \(NumberText.grouped(inputCount)) records now, the plan is for "
                    + "\(NumberText.grouped(source.inputCount)); make a new plan"
            )
        } else if source.inputSHA != inputSHA {
            problems.append(
                "the input has other ids, rows or another order than when the plan was made: its sha256 is "
                    + "\(ShortSHA.of(inputSHA)), the plan is for \(ShortSHA.of(source.inputSHA)); make a new plan"
            )
        }
        return problems
    }
}
