// SPDX-License-Identifier: Apache-2.0

/// The version that all tools of the project share.
public enum ProductVersion {
  /// The version number, by semantic versioning.
  public static let text = "0.1.0"
}
