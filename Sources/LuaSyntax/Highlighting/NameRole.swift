/// What a name is in its place.
enum NameRole: Equatable {
    /// A declaration of a local, or a use of one.
    case local
    /// After `.` or `:`, or a free name where `_ENV` is a local: nobody can tell its values.
    case member
    /// `name =` in a table constructor.
    case key
    case label
    case attribute
    /// A free name that is read.
    case read
    /// A free name that is assigned to.
    case write
}
