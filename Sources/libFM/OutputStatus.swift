// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// The exit status of outputs written one after the other; one that fails does not keep the others from
/// being written.
struct OutputStatus {
  private(set) var status = ExitStatus.success

  /// Writes an output; says what goes wrong.
  mutating func attempt(_ output: () throws -> Void) {
    do {
      try output()
    } catch {
      libFMCommand.report(error)
      fail()
    }
  }

  /// An output has failed, which has been said.
  mutating func fail() {
    status = ExitStatus.failure
  }
}
