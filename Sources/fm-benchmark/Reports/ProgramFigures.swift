// SPDX-License-Identifier: Apache-2.0

/// What was measured of one program; the summaries have one entry a repetition, in the same order for
/// all programs of a comparison.
struct ProgramFigures: Codable, Sendable {
  var label: String
  var path: String
  /// The threads it was told to use; nil for the reference.
  var threadCount: Int?
  /// Starting, reading and writing.
  var loadSeconds: Summary
  var iterationSeconds: Summary
  /// The whole process.
  var totalSeconds: Summary
  /// Of the whole process, on all threads.
  var processorSeconds: Summary
  var peakBytes: Int
  /// With the first program.
  var agreement: Agreement
}
