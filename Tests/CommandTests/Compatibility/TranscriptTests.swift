// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("A verbose run of libFM")
struct TranscriptTests {
  private let data: SmallData

  init() throws {
    data = try SmallData()
  }

  /// Standard output after the banner, line by line.
  private func transcript(_ flags: String) throws -> [String] {
    let run = try data.run("-dim 1,1,2 -verbosity 1 -iter 2 -rlog L \(flags)")
    run.expectSuccess()
    return Array(run.lines.drop { !$0.hasPrefix("Loading train") })
  }

  @Test("prints for mcmc what the original prints")
  func chain() throws {
    #expect(
      try transcript("-method mcmc") == [
        "Loading train...\t", "has x = 0", "has xt = 1",
        "num_rows=5\tnum_values=9\tnum_features=5\tmin_target=1\tmax_target=5",
        "Loading test... \t", "has x = 0", "has xt = 1",
        "num_rows=3\tnum_values=5\tnum_features=6\tmin_target=2.5\tmax_target=4",
        "#relations: 0", "Loading meta data...\t", "#attr=6\t#groups=1", "#attr_in_group[0]=6",
        "logging to L", "num_attributes=6", "use w0=1", "use w1=1", "dim v =2", "reg_w0=0",
        "reg_w=0", "reg_v=0", "init ~ N(0,0.1)", "task=0", "min_target=1", "max_target=5",
        "do_multilevel=1", "do_sampling=1", "num_eval_cases=3",
        "#Iter=  0\tTrain=1.17926\tTest=1.19522", "#Iter=  1\tTrain=0.723916\tTest=0.766285",
      ])
  }

  @Test("prints for als with penalties of groups the first one alone")
  func leastSquares() throws {
    let lines = try transcript("-method als -meta groups -regular 0.5,1,2,3,4,5,6")
    let settings = lines.drop { $0 != "logging to L" }.prefix { !$0.hasPrefix("#Iter") }
    #expect(
      settings == [
        "logging to L", "num_attributes=6", "use w0=1", "use w1=1", "dim v =2", "reg_w0=0.5",
        "reg_w=0", "reg_v=0", "init ~ N(0,0.1)", "task=0", "min_target=1", "max_target=5",
        "do_multilevel=0", "do_sampling=0", "num_eval_cases=3",
      ])
  }

  @Test("prints for sgda what the original prints, but for three sentences")
  func adaptation() throws {
    let flags = "-method sgda -validation va -meta groups -regular 1,2,3 -learn_rate 0.05"
    let lines = try transcript(flags)
    #expect(
      lines.prefix { !$0.hasPrefix("#iterations") } == [
        "Loading train...\t", "has x = 1", "has xt = 0",
        "num_rows=5\tnum_values=9\tnum_features=5\tmin_target=1\tmax_target=5",
        "4 0:1.5 2:0.3", "2 1:1 3:-2.1", "5 0:1 1:2 4:0.7", "1 4:1",
        "Loading test... \t", "has x = 1", "has xt = 0",
        "num_rows=3\tnum_values=5\tnum_features=6\tmin_target=2.5\tmax_target=4",
        "3 0:1 1:1", "4 2:0.5 5:1", "2.5 4:1",
        "Loading validation set...\t", "has x = 1", "has xt = 0",
        "num_rows=2\tnum_values=3\tnum_features=4\tmin_target=2\tmax_target=3.5",
        "3.5 1:1", "2 0:0.25 3:1",
        "#relations: 0", "Loading meta data...\t", "#attr=6\t#groups=3", "#attr_in_group[0]=2",
        "#attr_in_group[1]=2", "#attr_in_group[2]=2", "logging to L", "num_attributes=6",
        "use w0=1", "use w1=1", "dim v =2", "reg_w0=1", "reg_w=2", "reg_v=3", "init ~ N(0,0.1)",
        "method=sgda", "num_iter=2", "task=0", "min_target=1", "max_target=5", "learnrate=0.05",
        "learnrates=0.05,0.05,0.05",
      ])
    let rest = lines.drop { !$0.hasPrefix("#iterations") }
    #expect(rest.first == "#iterations=2")
    #expect(
      rest.dropFirst(4) == [
        "#Iter=  0\tTrain=1.16348\tTest=1.80948", "#Iter=  1\tTrain=0.748706\tTest=1.56359",
        "Final\tTrain=0.748706\tTest=1.56359",
      ])
  }
}
