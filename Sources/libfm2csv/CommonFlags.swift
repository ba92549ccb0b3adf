// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension Flag {
  static let model = Flag(
    "model", .path, section: "Input",
    help: "A model that libFM has saved with -save_model, in either -model_format.")

  static let encoder = Flag(
    "encoder", .path, "DIR", section: "Input",
    help: "The encoder that csv2libfm has saved with the training data.")

  static let threads = Flag(
    "threads", .integer, section: "Work", default: "all processors",
    help: "The number of threads. Results do not depend on it.")

  static let separator = Flag(
    "separator", .text, "CHAR", section: "Input", default: "guessed from , ; tab |",
    help: "What stands between fields of the CSV file; 'tab' for a tab.")

  static let noHeader = Flag(
    "no-header", .none, section: "Input", help: "The first line of the CSV file is a row already.")

  static let skipInitialSpace = Flag(
    "skip-initial-space", .none, section: "Input", help: "Skip blanks after separators.")
}

extension ParsedFlags {
  /// The model and its encoder.
  func learnedFeatures(_ command: CommandDescription) throws -> LearnedFeatures {
    let path = try requiredText("model")
    let encoder = try Encoder(loadingFrom: try requiredText("encoder"))
    let features = try LearnedFeatures(encoder, machine: try ModelFile.read(path), path: path)
    if features.lackingCount > 0 {
      command.report(
        "the last \(features.lackingCount) features of the encoder are not in the model, as no row "
          + "had them")
    }
    return features
  }

  /// How to read the CSV file.
  func readingOptions(_ schema: Schema?) throws(CommandError) -> CSVTable.Options {
    var options = CSVTable.Options(
      hasHeader: schema?.hasHeader ?? true,
      skipsInitialSpace: schema?.skipsInitialSpace ?? false)
    if isGiven("no-header") { options.hasHeader = false }
    if isGiven("skip-initial-space") { options.skipsInitialSpace = true }
    guard let text = text("separator") else { return options }
    let bytes = text == "tab" ? [UInt8(ascii: "\t")] : Array(text.utf8)
    guard bytes.count == 1, bytes[0] < 0x80, ![0x0A, 0x0D, 0x22].contains(bytes[0]) else {
      throw .usage("--separator: '\(text)' is not one ASCII character or 'tab'")
    }
    options.separator = bytes[0]
    return options
  }

  /// The workers.
  func pool() throws(CommandError) -> WorkerPool {
    WorkerPool(workerCount: try threadCount(orElse: WorkerPool.availableProcessors))
  }
}
