// SPDX-License-Identifier: Apache-2.0

import Testing

/// How a tool's run ended and what it said; described in full when an expectation fails.
struct ToolRun: CustomStringConvertible {
  /// The command line.
  var command: String

  /// The exit status, or the signal's number if `wasSignalled`.
  var status: Int32

  /// Whether a signal ended the tool.
  var wasSignalled: Bool

  /// The bytes on standard output.
  var output: [UInt8]

  /// The bytes on standard error.
  var errors: [UInt8]

  /// Standard output as text.
  var outputText: String { String(decoding: output, as: UTF8.self) }

  /// Standard error as text.
  var errorText: String { String(decoding: errors, as: UTF8.self) }

  var description: String {
    """
    \(command)
    \(wasSignalled ? "ended by signal" : "exit status") \(status)
    --- standard output
    \(outputText)
    --- standard error
    \(errorText)
    ---
    """
  }

  /// Expects status 0 and nothing on standard error.
  func expectSuccess(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(
      status == 0 && !wasSignalled && errors.isEmpty, "\(self)", sourceLocation: sourceLocation)
  }

  /// Expects a status and one line on standard error that contains all of the texts.
  func expectFailure(
    _ expected: Int32, saying texts: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isOneLine = errorText.hasSuffix("\n") && errorText.dropLast().firstIndex(of: "\n") == nil
    #expect(
      status == expected && !wasSignalled && isOneLine
        && texts.allSatisfy { errorText.contains($0) },
      "\(self)", sourceLocation: sourceLocation)
  }
}
