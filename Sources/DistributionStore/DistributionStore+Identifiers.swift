public import DistributionAPI

extension DistributionStore {
    /// The ids whose text begins with `prefix`, in their order, with the names of their shares, or else of their
    /// gists: for completion.
    ///
    /// - Parameters:
    ///   - prefix: the beginning of a UUID, in either case; all ids begin with an empty one.
    ///   - maxCount: at most so many.
    /// - Returns: none when `prefix` is no beginning of a UUID.
    /// - Throws: `.unavailable` when the store is closed, and what reading it may throw.
    public func identifiers(
        withPrefix prefix: String,
        maxCount: Int
    ) throws(DistributionError) -> [(id: DistributionID, name: String)] {
        // The range of a beginning: filled up with the lowest and the highest digits.
        let form = "00000000-0000-0000-0000-000000000000"
        let rest = form.dropFirst(prefix.count)
        guard let first = DistributionID(prefix + rest),
            let last = DistributionID(prefix + rest.map { $0 == "0" ? "f" : $0 })
        else { return [] }
        return try read(doing: "looking for ids") { try $0.identifiers(from: first, to: last, maxCount: maxCount) }
    }
}
