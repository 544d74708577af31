/// Replacing a file so that a crash at any moment leaves the old content or the new, never a mix.
///
/// The steps are values, so that a simulated disk can stop between any two of them.
public enum FileReplacement: CaseIterable, Sendable {
    /// Write the new content beside the old file, over any leftover of an earlier attempt.
    case writeTemporary
    /// Without this the rename can become durable before the bytes it points at.
    case syncTemporary
    case rename
    /// Without this the rename itself can be lost. Only now may the content be announced.
    case syncDirectory

    /// What the temporary file of `name` is called.
    public static func temporaryName(of name: String) -> String {
        name + ".new"
    }

    /// What a start finds, given the bytes of the file itself.
    ///
    /// A temporary file is never read: its content was not announced, since it was not renamed.
    public static func found(_ bytes: [UInt8]?, as kind: SealedFile) -> Found {
        guard let bytes else { return .nothing }
        do throws(SealedFileError) {
            return .content(try kind.decode(bytes))
        } catch {
            return .unusable(error)
        }
    }

    /// The answers of ``found(_:as:)``.
    public enum Found: Equatable, Sendable {
        /// Nothing was ever announced from here.
        case nothing
        case content([UInt8])
        /// Something was announced and cannot be read: starting afresh would contradict it.
        case unusable(SealedFileError)
    }
}
