// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import LibFMFormats

/// A folder with the files of a MovieLens data set as they are published.
struct MovieLensFolder {
  /// The data set.
  let dataset: MovieLens

  /// The folder itself.
  let path: String

  /// Finds the files of a data set in a folder, or in the folder within it that the archive makes.
  ///
  /// - Throws: `FormatError` that says which files are expected and where they can be had.
  init(_ dataset: MovieLens, in folder: String) throws(FormatError) {
    let candidates = ["\(folder)/\(dataset.folderName)", folder]
    guard let path = candidates.first(where: { Self.has(dataset.ratings.name, in: $0) }) else {
      throw Self.missing(dataset, in: folder)
    }
    self.dataset = dataset
    self.path = path
    for file in dataset.sideFiles where !Self.has(file.name, in: path) {
      throw Self.missing(dataset, in: path, file: file)
    }
  }

  /// Whether the data are made up, of any size.
  var isGenerated: Bool { Self.has(GeneratedData.markName, in: path) }

  /// Checks that no ratings are missing.
  ///
  /// - Throws: `FormatError` when the number is not the published one, unless the data are generated.
  func check(ratingCount: Int) throws(FormatError) {
    guard ratingCount != dataset.ratingCount, !isGenerated else { return }
    throw FormatError(
      path: path, found: "there are \(ratingCount) ratings",
      expected: "\(dataset.ratingCount) in \(dataset.title)", advice: "\(dataset.advice) again")
  }

  /// The path of a file in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The files that make up the training and the test ratings, the same one when the split is random.
  ///
  /// - Throws: `FormatError` when a predefined split is not there.
  func ratingFiles(_ split: Split) throws(FormatError) -> [String] {
    guard case .predefined(let name) = split else { return [file(dataset.ratings.name)] }
    let names = ["\(name).base", "\(name).test"]
    for missing in names where !Self.has(missing, in: path) {
      throw FormatError(
        path: file(missing), found: "this file of the split \(name) is missing",
        expected: names.joined(separator: " and "), advice: dataset.advice)
    }
    return names.map(file)
  }

  private static func has(_ name: String, in folder: String) -> Bool {
    (try? InputFile.checkReadable("\(folder)/\(name)")) != nil
  }

  private static func missing(
    _ dataset: MovieLens, in folder: String, file: MovieLens.File? = nil
  ) -> FormatError {
    let files = ([dataset.ratings] + dataset.sideFiles).map { file in
      "\(file.name) (\(file.lineCount) lines, \(GeneralFormat.text(file.megabytes)) MB)"
    }
    let other = MovieLens.allCases.first { other in
      other.ratings.name != dataset.ratings.name && has(other.ratings.name, in: folder)
    }
    var found = file.map { "\($0.name) of \(dataset.title) is missing" }
    if let other, found == nil {
      found = "this is not \(dataset.title): it has \(other.ratings.name), as \(other.title)"
    }
    return FormatError(
      path: folder, found: found ?? "there is no \(dataset.title) here",
      expected: files.joined(separator: ", ") + ", here or in a folder \(dataset.folderName)",
      advice: dataset.advice)
  }
}
