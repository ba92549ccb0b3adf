// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Outputs that would destroy another file of the same run.
public struct FileConflicts {
  private var users: [FileIdentity: String] = [:]
  private var paths: Set<String> = []

  /// Notes files that are read.
  public init(inputs: [String]) {
    for path in inputs { noteInput(path) }
  }

  /// Notes a file that is read.
  public mutating func noteInput(_ path: String) {
    guard let identity = FileIdentity(ofInput: path) else { return }
    users[identity] = users[identity] ?? path
  }

  /// Notes files that are written.
  ///
  /// - Throws: A `CommandError` when one of them is read, or written already for another purpose.
  public mutating func addOutputs(_ outputs: [String]) throws(CommandError) {
    for path in outputs {
      // Files in a folder that is yet to be made have no identity, but their paths can be compared.
      let identity = FileIdentity(ofOutput: path)
      let isRepeated = identity == nil && paths.contains(path) && !path.hasPrefix("/dev/")
      if let user = identity.flatMap({ users[$0] }) ?? (isRepeated ? path : nil) {
        let alias = user == path ? "" : " as '\(user)'"
        throw .usage(
          "'\(path)' cannot be written, as this run reads or writes it\(alias) for another purpose; "
            + "give it another name or folder")
      }
      if let identity { users[identity] = path }
      paths.insert(path)
    }
  }
}
