/// What bodies of the API are likely to hold, for compressing texts that are too short to repeat themselves.
///
/// Part of the file format: a stored image names the dictionary by its format, so that a better one gets a new format
/// and this one stays.
enum ImageDictionary {
    /// The likeliest text stands last, where a reference to it is shortest.
    static let version1: [UInt8] = Array(
        """
        ,"message_id":"",null,false,"messages":{"iterable":[{"id":"","os":"windows","share":"","count":1}]},\
        "access":"PUBLIC","description":"The of team ","mime":"text/markdown","application/json",\
        {"schema":{"migration":1,"semantic":"MAJOR_0_MINOR_0_PATCH_1"},"id":"","share":{"id":"","link":"https://www.",\
        "access":"PRIVATE","accessors":{"iterable":[]},"created":{"value":"2025-"},"short":""},\
        "created":{"value":"2026-01-01T00:00:00.000Z"},"updated":{"value":"2026-02-03T10:20:30.000Z"},\
        "github":{"gist":{"recipients":{"iterable":[{"username":"","email":"@example.com"}]},"public":true,\
        "name":"notes.md","created":{"value":"2026-"},"updated":{"value":"2026-"},"github_id":"",\
        "url":"https://gist.github.com/"}}}
        """.utf8
    )
}
