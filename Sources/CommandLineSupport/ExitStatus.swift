// SPDX-License-Identifier: Apache-2.0

/// How a command ends, as `sysexits` numbers it.
public enum ExitStatus {
  /// All went well.
  public static let success: Int32 = 0

  /// Something went wrong while running.
  public static let failure: Int32 = 1

  /// The command line was wrong (`EX_USAGE`).
  public static let usage: Int32 = 64
}
