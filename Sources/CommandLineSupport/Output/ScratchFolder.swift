// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A folder for files that nobody needs afterwards; it goes with its owner.
package final class ScratchFolder {
  /// The folder.
  package let path: String

  private var made: Set<String> = []

  /// Makes a folder where `TMPDIR` says.
  ///
  /// - Parameters:
  ///   - name: how its name begins.
  ///   - fallback: where it is made without `TMPDIR`.
  /// - Throws: a `CommandError` when the folder cannot be made.
  package init(_ name: String, in fallback: String = "/tmp") throws(CommandError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? fallback
    var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw .failure("\(parent): no folder can be made there: \(String(cString: strerror(errno)))")
    }
    path = String(cString: made)
  }

  deinit {
    for file in made { unlink(file) }
    rmdir(path)
  }

  /// The path of a file in the folder; it is removed with the folder.
  package func file(_ name: String) -> String {
    let file = "\(path)/\(name)"
    made.insert(file)
    return file
  }

  /// Removes a file if it is there.
  package func clear(_ file: String) {
    unlink(file)
  }
}
