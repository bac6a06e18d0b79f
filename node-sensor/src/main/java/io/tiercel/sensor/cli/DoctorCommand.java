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

/** {@code tiercel doctor}. */
@Command(
        name = "doctor",
        description = "Says whether this kernel and these privileges suffice to capture; exit code 2 if not.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private final StandardStreams streams;

    @Option(names = "--quiet", description = "Say only what is missing, on standard error.")
    private boolean quiet;

    DoctorCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        List<PreconditionResult> checks = new ArrayList<>(Preconditions.check());
        if (!quiet && checks.stream().allMatch(PreconditionResult::passed)) {
            checks.add(Preconditions.checkProgram());
        }
        for (PreconditionResult check : checks) {
            if (quiet && !check.passed()) {
                streams.say(PreconditionText.failure(check));
            } else if (!quiet) {
                streams.out()
                        .println((check.passed() ? check.remedy().isEmpty() ? "ok       " : "warning  " : "missing  ")
                                + PreconditionText.failure(check));
            }
        }
        boolean suffices = checks.stream().allMatch(PreconditionResult::passed);
        return (suffices ? ExitCode.OK : ExitCode.BAD_ENVIRONMENT).number();
    }
}
