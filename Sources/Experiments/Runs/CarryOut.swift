public import Consistency
import FoundationEssentials
internal import Quantities

/// Carries out a plan: `ordeal run`.
///
/// Outside an enclosure it replaces this process by itself inside one, so call it first.
public func carryOut(_ options: RunOptions) async -> ExitCode {
    do throws(CommandFailure) {
        let plan = try readPlan(options)
        let schedule = try Schedule(plan, only: options.only)
        if options.dryRun {
            return DryRun(plan, schedule, options).show(isJSON: options.json)
        }
        let executables = try RunExecutables(schedule)
        let fabric = try FabricDecision.enclosed(plan, schedule, options)
        Interruption.listen()
        let run = try PlanRun(plan, schedule, executables, on: fabric, options)
        return await run.carryOut()
    } catch {
        printError("ordeal run: \(error)")
        return error.code
    }
}

func readPlan(_ options: RunOptions) throws(CommandFailure) -> Plan {
    let bytes: [UInt8]
    do throws(FileFailure) {
        bytes = try wholeFile(options.planFile)
    } catch {
        throw CommandFailure(.usage, unreadable(options.planFile, error.code))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw CommandFailure(.usage, "\(options.planFile) is not a text file (UTF-8)")
    }
    do throws(PlanProblem) {
        var plan = try Plan(file: options.planFile, text: text, seed: options.seed)
        plan.repetitions = options.repetitions ?? plan.repetitions
        return plan
    } catch {
        throw CommandFailure(.usage, error.description)
    }
}

private func unreadable(_ file: String, _ code: Int32) -> String {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else {
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let prefix = file.contains("/") ? "\(folder)/" : ""
        let nearest = nearestName(to: file, among: names.sorted().map { prefix + $0 })
        return "there is no file \(file)" + (nearest.map { "; did you mean \($0)?" } ?? "")
    }
    return isFolder
        ? "\(file) is a folder, not a plan" : "\(file) cannot be read: \(systemMessage(code))"
}
