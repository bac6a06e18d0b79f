package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.PreconditionText;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code tiercel doctor}. */
@Command(
        name = "doctor",
        description =
                "Checks whether this kernel and these privileges are sufficient to watch this node. Exit code 2 if not.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private final StandardStreams streams;

    @Option(names = "--quiet", description = "Print only failed checks, to standard error.")
    private boolean quiet;

    DoctorCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        List<PreconditionResult> checks = new ArrayList<>(Preconditions.check());
        checks.add(Preconditions.checkPidNamespace());
        if (!quiet && checks.stream().allMatch(PreconditionResult::passed)) {
            checks.add(Preconditions.checkProgram());
        }
        for (PreconditionResult check : checks) {
            if (quiet && !check.passed()) {
                streams.info(PreconditionText.failure(check));
            } else if (!quiet) {
                streams.out()
                        .println((check.passed() ? check.remedy().isEmpty() ? "ok       " : "warning  " : "missing  ")
                                + PreconditionText.failure(check));
            }
        }
        boolean allPassed = checks.stream().allMatch(PreconditionResult::passed);
        return (allPassed ? ExitCode.OK : ExitCode.BAD_ENVIRONMENT).number();
    }
}
