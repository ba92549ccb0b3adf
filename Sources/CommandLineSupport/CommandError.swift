// SPDX-License-Identifier: Apache-2.0

/// Why a command ends early, and with which exit status.
public struct CommandError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The exit status, one of those in `ExitStatus`.
  public var status: Int32

  /// What is wrong and what to do, without the tool's name.
  public var description: String

  /// The command line is wrong; status 64.
  public static func usage(_ message: String) -> CommandError {
    CommandError(status: ExitStatus.usage, description: message)
  }

  /// Something went wrong while running; status 1.
  public static func failure(_ message: String) -> CommandError {
    CommandError(status: ExitStatus.failure, description: message)
  }
}
