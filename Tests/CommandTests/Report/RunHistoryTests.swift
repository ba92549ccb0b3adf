// SPDX-License-Identifier: Apache-2.0

import Foundation
import LibFMFormats
import Testing

@testable import fm_reproduce

@Suite("What logs tell")
struct RunHistoryTests {
  private let tool: BuiltTool

  init() throws {
    tool = try BuiltTool("libFM")
    try tool.write("train", "5 0:1 2:1\n1 0:1 3:1\n4 1:1 2:1\n1 1:1 3:1\n")
    try tool.write("test", "4 0:1 2:1\n2 1:1 3:1\n")
    try tool.write("classes", "1 0:1 2:1\n-1 0:1 3:1\n1 1:1 2:1\n-1 1:1 3:1\n")
    try tool.write("groups", "0\n0\n1\n1\n")
  }

  static let methods: [(arguments: [String], method: String, roles: [FigureRole])] = [
    (["sgd", "-learn_rate", "0.01"], "gradient descent", [.test, .train]),
    (
      ["sgda", "-learn_rate", "0.01", "-validation", "test"], "SGDA",
      [.test, .train, .validation]
    ),
    (["als", "-regular", "1"], "ALS", [.test, .runningMean]),
    (["mcmc"], "MCMC", [.test, .lastDraw]),
  ]

  @Test("depends on the method", arguments: methods)
  func roles(arguments: [String], method: String, roles: [FigureRole]) throws {
    let run = try learn(arguments, task: "r")
    #expect(run.method.rawValue == method && run.isRegression)
    let found = FigureRole.allCases.filter { run.values(of: .rootMeanSquaredError, $0) != nil }
    #expect(found == roles)
    #expect(run.log.iterationCount == 3)
    #expect(run.values(of: .accuracy, .test) == nil)
  }

  @Test("is the accuracy for classes, in the columns that are named after the error as well")
  func classes() throws {
    let descent = try learn(["sgd", "-learn_rate", "0.1"], task: "c")
    #expect(!descent.isRegression)
    #expect(descent.values(of: .accuracy, .train) == descent.log["rmse_train"])
    #expect(descent.values(of: .rootMeanSquaredError, .train) == nil)
    let chain = try learn(["mcmc", "-metrics", "auc,logloss"], task: "c")
    #expect(chain.method == .markovChain)
    #expect(chain.values(of: .accuracy, .lastDraw) == chain.log["acc_mcmc_this"])
    #expect(chain.values(of: .decimalLogLoss, .test) == chain.log["ll_mcmc_all"])
    #expect(chain.values(of: .logLoss, .test) == chain.log["test_logloss"])
    #expect(chain.values(of: .areaUnderCurve, .test) == chain.log["test_auc"])
  }

  @Test("of als is the present iteration, as the predictions are")
  func alternatingLeastSquares() throws {
    let run = try learn(["als", "-regular", "1", "-metrics", "mae"], task: "r")
    #expect(run.values(of: .rootMeanSquaredError, .test) == run.log["rmse_mcmc_this"])
    #expect(run.values(of: .rootMeanSquaredError, .runningMean) == run.log["rmse"])
    #expect(run.values(of: .meanAbsoluteError, .test) == run.log["test_mae"])
  }

  @Test("includes hyper-parameters by group")
  func hyperparameters() throws {
    let chain = try learn(["mcmc", "-meta", "groups"], task: "r")
    let columns = HyperparameterFamily.allCases.map { $0.columnsByGroup(of: chain.log) }
    #expect(columns[0] == [["alpha"]])
    #expect(columns[1] == [["wmu[0]"], ["wmu[1]"]])
    #expect(columns[4] == [["vlambda[0,0]", "vlambda[0,1]"], ["vlambda[1,0]", "vlambda[1,1]"]])
    #expect(columns[5...].allSatisfy { $0.isEmpty })
    let adapted = try learn(
      ["sgda", "-learn_rate", "0.01", "-validation", "test", "-meta", "groups"], task: "r")
    let families = HyperparameterFamily.allCases.filter {
      !$0.columnsByGroup(of: adapted.log).isEmpty
    }
    #expect(families == [.weightPenalties, .factorPenalties, .weightVariance, .factorVariances])
    #expect(
      HyperparameterFamily.factorVariances.columnsByGroup(of: adapted.log) == [["vvar0", "vvar1"]])
  }

  @Test("has its best where the figure is best")
  func best() {
    #expect(Figure.rootMeanSquaredError.best(of: [3, .nan, 1, 1, .infinity]) == 2)
    #expect(Figure.accuracy.best(of: [0.5, .infinity, 0.75, 0.75]) == 2)
    #expect(Figure.accuracy.best(of: [.nan]) == nil)
  }

  private func learn(_ arguments: [String], task: String) throws -> RunHistory {
    let data = task == "r" ? "train" : "classes"
    let run = try tool.run(
      ["-task", task, "-train", data, "-test", task == "r" ? "test" : "classes", "-method"]
        + arguments + ["-dim", "1,1,2", "-iter", "3", "-seed", "1", "-rlog", "log"])
    #expect(run.status == 0, "\(run)")
    return try RunHistory(path: tool.folder.path + "/log", name: "log")
  }
}
