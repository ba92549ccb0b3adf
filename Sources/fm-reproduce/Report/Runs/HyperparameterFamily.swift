// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// A kind of hyper-parameter, of which a log may have one value or one for each group and factor.
enum HyperparameterFamily: CaseIterable {
  case noisePrecision
  case weightMeans
  case weightPrecisions
  case factorMeans
  case factorPrecisions
  case weightPenalties
  case factorPenalties
  case weightVariance
  case factorVariances

  /// What readers know it by.
  var name: String {
    switch self {
    case .noisePrecision: "Noise precision α"
    case .weightMeans: "Weights: prior mean"
    case .weightPrecisions: "Weights: prior precision"
    case .factorMeans: "Factors: prior means"
    case .factorPrecisions: "Factors: prior precisions"
    case .weightPenalties: "Weights: penalty"
    case .factorPenalties: "Factors: penalties"
    case .weightVariance: "Weights: variance"
    case .factorVariances: "Factors: variances"
    }
  }

  /// What the columns of logs call it; in `-rlog`, a group and a factor follow in brackets.
  var symbol: String {
    switch self {
    case .noisePrecision: "alpha"
    case .weightMeans: "wmu"
    case .weightPrecisions: "wlambda"
    case .factorMeans: "vmu"
    case .factorPrecisions: "vlambda"
    case .weightPenalties: "regw"
    case .factorPenalties: "regv"
    case .weightVariance: "wvar"
    case .factorVariances: "vvar"
    }
  }

  /// The columns of a log that belong here, by groups; all columns without a group are one.
  func columnsByGroup(of log: RunLogTable) -> [[String]] {
    var groups: [Int: [String]] = [:]
    for column in log.columns where column.hasPrefix(symbol) {
      let rest = column.dropFirst(symbol.count)
      if rest.isEmpty || (self == .factorVariances && rest.allSatisfy(\.isNumber)) {
        groups[0, default: []].append(column)
      } else if rest.hasPrefix("["), rest.hasSuffix("]"),
        let group = rest.dropFirst().dropLast().split(separator: ",").first.flatMap({ Int($0) })
      {
        groups[group, default: []].append(column)
      }
    }
    return groups.sorted { $0.key < $1.key }.map(\.value)
  }
}
