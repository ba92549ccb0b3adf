// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport
import FactorizationMachines

/// What the user is told about columns and files.
struct Summary {
  private let schema: Schema
  private let addedCounts: [String: Int]
  private let tables: [CSVTable]
  private let isSaved: Bool
  private let weighting: RowWeighting?

  init(_ encoder: Encoder, tables: [CSVTable], isSaved: Bool, weighting: RowWeighting?) {
    schema = encoder.schema
    addedCounts = encoder.addedFeatureCounts
    self.tables = tables
    self.isSaved = isSaved
    self.weighting = weighting
  }

  /// The tables and the table of columns.
  var columns: String {
    var text = ""
    for (index, table) in tables.enumerated()
    where !tables[..<index].contains(where: { $0.path == table.path }) {
      text +=
        "\(table.path): \(table.columns.count) columns separated by "
        + "\(table.format.separatorName)\n"
    }
    var rows = [["column", "role", "distinct", "missing", "ids", ""]]
    for column in schema.columns {
      rows.append([
        column.name, column.role.name, column.distinctCount.map(String.init) ?? "-",
        String(column.missingCount), ids(column), remark(column),
      ])
    }
    if let target = schema.target {
      rows.append([target.name, "target", "-", "-", "-", remark(target)])
    }
    for column in schema.ignoredColumns {
      let isWeight = weighting == .column(column.name)
      rows.append([
        column.name, isWeight ? "weight" : "ignored", "-", "-", "-",
        isWeight ? "what each row counts" : column.reason,
      ])
    }
    return text + "\n" + Self.aligned(rows)
  }

  /// A file of rows.
  func line(_ path: String, _ report: EncodingReport) -> String {
    var text = "\(path): \(report.rowCount) rows, \(report.entryCount) entries"
    if report.joinedEntryCount != report.entryCount {
      text += " (\(report.joinedEntryCount) without relations)"
    }
    if !report.hasTarget {
      text += "; it has no target column, 0 is written"
    } else if report.missingTargetCount > 0 {
      text += "; \(report.missingTargetCount) targets are missing, 0 is written"
    }
    text += "\n"
    for (name, count) in report.unknownCounts.sorted(by: { $0.key < $1.key }) {
      text += "  \(name): values that the fitting file does not have: \(count); \(fate)\n"
    }
    if !report.extraColumns.isEmpty {
      text +=
        "  not used, as the encoder does not know them: "
        + report.extraColumns.joined(separator: ", ") + "\n"
    }
    return text
  }

  /// A file of weights.
  func weightsLine(_ path: String, _ report: EncodingReport) -> String {
    "\(path): \(report.rowCount) weights\n"
  }

  /// The files of a relation.
  func line(_ prefix: String, _ block: RelationBlock) -> String {
    "\(prefix): relation with \(block.matrix.rowCount) rows, \(block.matrix.columnCount) features, "
      + "\(block.matrix.entryCount) entries from \(block.columns.joined(separator: ", "))\n"
  }

  private var fate: String {
    switch schema.unknown {
    case .bucket: "they share the feature of the bucket"
    case .ignore, .new, .error: "they have no feature"
    }
  }

  private func ids(_ column: Schema.Column) -> String {
    switch column.featureCount {
    case 0: "-"
    case 1: "\(column.firstFeature)"
    default: "\(column.firstFeature)–\(column.endFeature - 1)"
    }
  }

  private func remark(_ column: Schema.Column) -> String {
    var remarks: [String] = []
    if column.isGuessed, !isSaved {
      switch column.role {
      case .category:
        remarks.append(
          "guessed; or --\(column.isInteger ? "numeric" : "ignore") \(column.name)")
      default: remarks.append("guessed; or --categorical \(column.name)")
      }
    }
    if let occupied = column.occupiedPlaces, case .hashed(let bits, let seed) = column.role {
      remarks.append(collisions(FeatureHash(bits: bits, seed: seed), occupied: occupied))
    }
    if let count = addedCounts[column.name] {
      remarks.append("\(count) more behind all columns for values of later files")
    }
    if let relation = column.relation { remarks.append("in the relation of \(relation)") }
    return remarks.joined(separator: "; ")
  }

  private func collisions(_ hash: FeatureHash, occupied: Int) -> String {
    guard let likely = hash.likelyValueCount(occupied: occupied) else {
      return "all \(hash.placeCount) places are taken; give more bits"
    }
    let shared = max(0, Int((likely - Double(occupied)).rounded()))
    return "\(occupied) of \(hash.placeCount) places taken, about \(shared) of "
      + "\(Int(likely.rounded())) values share one"
  }

  private func remark(_ target: Schema.Target) -> String {
    if let positive = target.positive {
      return "'\(positive)' is 1" + (target.negative.map { ", '\($0)' is -1" } ?? "")
    }
    return target.transform == .log1p ? "log1p" : ""
  }

  /// Columns padded to equal widths.
  private static func aligned(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      .joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    .joined()
  }
}
