// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// All experiments.
enum Catalog {
  /// In the order of the data's size.
  static let experiments = smallExperiments + mediumExperiments + largeExperiments

  /// The experiments that names stand for, each once: their own names, or those of data sets.
  ///
  /// - Throws: a `CommandError` for a name that nothing has.
  static func named(_ names: [String]) throws(CommandError) -> [Experiment] {
    var chosen: [Experiment] = []
    for name in names {
      let matches = experiments.filter { $0.name == name || $0.dataset.rawValue == name }
      if matches.isEmpty {
        let nearest = NearestName(among: experiments.map(\.name)).match(for: name)
        throw .usage(
          "there is no experiment '\(name)'; "
            + (nearest.map { "did you mean '\($0)'? " } ?? "")
            + "fm-reproduce list shows all of them")
      }
      chosen += matches.filter { match in !chosen.contains { $0.name == match.name } }
    }
    return chosen
  }
}
