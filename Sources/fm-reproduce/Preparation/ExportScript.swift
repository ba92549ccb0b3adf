// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A shell script that runs libFM on prepared files.
struct ExportScript {
  private let text: String

  /// Describes the run of an experiment on its files, which lie beside the script.
  init(_ experiment: Experiment, features: FeatureSet, seed: UInt32) {
    let files = PreparedFiles(features) { $0 }
    var flags = "-task r -train \(files.train) -test \(files.test)"
    if let groups = files.groups { flags += " -meta \(groups)" }
    if !files.relations.isEmpty {
      flags += " -relation \(files.relations.joined(separator: ","))"
    }
    text = """
      #!/bin/sh
      # \(experiment.name): \(experiment.dataset.title), \(experiment.split.text), \(experiment.title)
      # published: \(experiment.published.text)
      # \(experiment.published.source.rawValue)
      #
      # run.sh [LIBFM [FLAGS]]: the program, by default the libFM of the path, and further flags for it.
      set -eu
      libfm=${1:-libFM}
      [ $# -eq 0 ] || shift
      case $libfm in
      /*) ;;
      */*) libfm=$PWD/$libfm ;;
      esac
      cd "$(dirname "$0")"
      exec "$libfm" \(flags) \\
        \(experiment.learner.flags) -seed \(seed) \\
        -out predictions -rlog run.rlog "$@"

      """
  }

  /// Writes the script to a file that can be executed.
  ///
  /// - Throws: `FormatError` when the file cannot be written.
  func write(to path: String) throws(FormatError) {
    let file = try WholeFile(path)
    try file.write(text)
    try file.commit()
    guard chmod(path, 0o755) == 0 else {
      throw FormatError(
        path: path, found: "cannot be made executable: \(String(cString: strerror(errno)))")
    }
  }
}
