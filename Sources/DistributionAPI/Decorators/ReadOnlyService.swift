/// Lets reads through and refuses every write before it is sent.
public struct ReadOnlyService: DistributionService {
    /// What a refused write is told when nothing better is known.
    public static let defaultAdvice =
        "start distsh without --read-only, and with no profile that is read only, to allow writes"

    private let service: any DistributionService
    private let advice: String

    /// - Parameter advice: how to allow writes, as the end of the error's message.
    public init(_ service: any DistributionService, advice: String = ReadOnlyService.defaultAdvice) {
        self.service = service
        self.advice = advice
    }

    /// Writes complete at once with `.readOnly`; nothing is sent.
    @discardableResult
    public func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        guard request.operation.isWrite else { return service.perform(request, completion: completion) }
        completion(
            .failure(
                DistributionError(
                    .readOnly,
                    "writing is switched off; \(advice)",
                    operation: request.operation.name,
                    id: request.operation.recordID?.description
                )
            )
        )
        return DistributionCall()
    }
}
