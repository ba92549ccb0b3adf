// SPDX-License-Identifier: Apache-2.0

/// Where a figure was published.
enum Source: String, Sendable {
  case myFM =
    "myFM documentation, https://myfm.readthedocs.io"
  case libFMexe =
    "libFMexe, README, https://github.com/andland/libFMexe"
  case vfm =
    "figures collected in cemoody/vfm after M. Blondel, https://github.com/cemoody/vfm"
  case baselines =
    "Rendle, Zhang, Koren 2019, On the Difficulty of Evaluating Baselines, arXiv:1905.01395"
}
