internal import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a file cannot be written, found out without touching it; nil where it can.
func obstacle(writing file: String) -> String? {
    let folder = (file as NSString).deletingLastPathComponent
    guard unsafe access(folder.isEmpty ? "." : folder, W_OK | X_OK) == 0 else {
        return systemMessage(errno)
    }
    guard unsafe access(file, F_OK) == 0 else { return nil }
    var isFolder: ObjCBool = false
    _ = unsafe FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
    if isFolder.boolValue { return systemMessage(EISDIR) }
    return unsafe access(file, W_OK) == 0 ? nil : systemMessage(errno)
}
