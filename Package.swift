// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "libfm-swift",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "FactorizationMachines", targets: ["FactorizationMachines"]),
    .library(name: "LibFMFormats", targets: ["LibFMFormats"]),
    .library(name: "CSVConversion", targets: ["CSVConversion"]),
    .executable(name: "libFM", targets: ["libFM"]),
    .executable(name: "convert", targets: ["convert"]),
    .executable(name: "transpose", targets: ["transpose"]),
    .executable(name: "triple_format_to_libfm", targets: ["triple_format_to_libfm"]),
    .executable(name: "csv2libfm", targets: ["csv2libfm"]),
    .executable(name: "libfm2csv", targets: ["libfm2csv"]),
    .executable(name: "fm-benchmark", targets: ["fm-benchmark"]),
    .executable(name: "fm-reproduce", targets: ["fm-reproduce"]),
  ],
  targets: [
    // MARK: Public modules

    .target(
      name: "FactorizationMachines", dependencies: ["CPlatform", "CVectorKernels"],
      exclude: ["Kernels/README.md"], swiftSettings: settings),
    .target(
      name: "LibFMFormats", dependencies: ["FactorizationMachines"], swiftSettings: settings),
    .target(
      name: "CSVConversion", dependencies: ["CPlatform", "FactorizationMachines", "LibFMFormats"],
      swiftSettings: settings),

    // MARK: Implementation

    .target(name: "CPlatform"),
    .target(name: "CVectorKernels"),
    .target(
      name: "CommandLineSupport", dependencies: ["LibFMFormats"], swiftSettings: settings),
    .executableTarget(
      name: "libFM",
      dependencies: ["CommandLineSupport", "FactorizationMachines", "LibFMFormats"],
      swiftSettings: settings),
    .executableTarget(
      name: "convert",
      dependencies: ["CommandLineSupport", "FactorizationMachines", "LibFMFormats"],
      swiftSettings: settings),
    .executableTarget(
      name: "transpose",
      dependencies: ["CommandLineSupport", "FactorizationMachines", "LibFMFormats"],
      swiftSettings: settings),
    .executableTarget(
      name: "triple_format_to_libfm", dependencies: ["CommandLineSupport", "LibFMFormats"],
      swiftSettings: settings),
    .executableTarget(
      name: "csv2libfm",
      dependencies: [
        "CSVConversion", "CommandLineSupport", "FactorizationMachines", "LibFMFormats",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "libfm2csv",
      dependencies: [
        "CSVConversion", "CommandLineSupport", "FactorizationMachines", "LibFMFormats",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "fm-benchmark",
      dependencies: ["CommandLineSupport", "FactorizationMachines", "LibFMFormats"],
      swiftSettings: settings),
    .executableTarget(
      name: "fm-reproduce",
      dependencies: [
        "CSVConversion", "CommandLineSupport", "FactorizationMachines", "LibFMFormats",
      ],
      swiftSettings: settings),

    .executableTarget(
      name: "train-from-arrays", dependencies: ["FactorizationMachines"],
      path: "Examples/TrainFromArrays", swiftSettings: settings),
    .executableTarget(
      name: "save-and-load", dependencies: ["FactorizationMachines", "LibFMFormats"],
      path: "Examples/SaveAndLoad", swiftSettings: settings),
    .executableTarget(
      name: "predict-with-intervals", dependencies: ["FactorizationMachines", "LibFMFormats"],
      path: "Examples/PredictWithIntervals", swiftSettings: settings),

    // MARK: Tests

    .testTarget(
      name: "FactorizationMachinesTests",
      dependencies: ["CVectorKernels", "FactorizationMachines"],
      swiftSettings: settings),
    .testTarget(
      name: "LibFMFormatsTests", dependencies: ["FactorizationMachines", "LibFMFormats"],
      swiftSettings: settings),
    .testTarget(
      name: "CSVConversionTests",
      dependencies: ["CSVConversion", "FactorizationMachines", "LibFMFormats"],
      swiftSettings: settings),
    .testTarget(
      name: "CommandLineSupportTests", dependencies: ["CommandLineSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "CommandLineSupport", "FactorizationMachines", "LibFMFormats", "libFM", "convert",
        "transpose", "triple_format_to_libfm", "csv2libfm", "libfm2csv", "fm-benchmark",
        "fm-reproduce", "train-from-arrays", "save-and-load", "predict-with-intervals",
      ],
      swiftSettings: settings),
  ]
)
