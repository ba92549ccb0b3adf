// SPDX-License-Identifier: Apache-2.0

/// Data that a program made up, so that no figure of the real data can be expected of them.
package enum GeneratedData {
  /// The file that says so, in the folder of the data.
  package static let markName = "GENERATED.txt"
}
