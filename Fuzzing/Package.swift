// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// A program for libFuzzer, which brings the main function; README.md tells how to build it.
func fuzzer(_ name: String) -> Target {
  .executableTarget(
    name: name,
    dependencies: ["FactorizationMachines", "LibFMFormats"].map {
      .product(name: $0, package: "libfm-swift")
    },
    swiftSettings: [.unsafeFlags(["-parse-as-library"])])
}

let package = Package(
  name: "fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "libfm-swift", path: "..")],
  targets: ["SparseTextFuzzer", "ModelFuzzer", "GroupsFuzzer", "CaseWeightsFuzzer"].map(fuzzer)
)
