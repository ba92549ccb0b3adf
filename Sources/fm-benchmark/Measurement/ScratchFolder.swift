// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A folder for files that nobody needs afterwards; it goes with its owner.
final class ScratchFolder {
  /// The folder.
  let path: String

  private var made: Set<String> = []

  /// - Throws: a `CommandError` when the folder cannot be made.
  init() throws(CommandError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/fm-benchmark-XXXXXX".utf8CString)
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
  func file(_ name: String) -> String {
    let file = "\(path)/\(name)"
    made.insert(file)
    return file
  }

  /// Removes a file if it is there.
  func clear(_ file: String) {
    unlink(file)
  }
}
