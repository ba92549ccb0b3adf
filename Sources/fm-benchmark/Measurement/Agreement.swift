// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// Whether a program printed and wrote the same bytes as the first program of a comparison.
struct Agreement: Codable, Sendable {
  /// Standard output after the banner.
  var transcript = true

  /// The predictions; nil when none were written.
  var predictions: Bool?

  /// The model; nil when none was written.
  var model: Bool?

  /// Whether all that could be compared is the same.
  var isComplete: Bool {
    transcript && predictions != false && model != false
  }

  /// What differs, in words.
  var text: String {
    if isComplete { return "yes" }
    let differing = [
      transcript ? nil : "stdout", predictions == false ? "-out" : nil,
      model == false ? "model" : nil,
    ]
    return "NO: " + differing.compactMap { $0 }.joined(separator: ", ")
  }

  /// Takes the latest run of two programs into account.
  mutating func compareRuns(
    _ program: Contestant, _ first: Contestant, writesPredictions: Bool
  ) throws(CommandError) {
    let transcripts = (
      Transcript.comparableLines(of: try FileContents.text(of: program.files.standardOutput)),
      Transcript.comparableLines(of: try FileContents.text(of: first.files.standardOutput))
    )
    transcript = transcript && transcripts.0 == transcripts.1
    if writesPredictions {
      let areEqual = try FileContents.areEqual(program.files.predictions, first.files.predictions)
      predictions = (predictions ?? true) && areEqual
    }
  }
}
