package io.tiercel.sensor.cli;

import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
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
    private final Streams streams;

    @Option(names = "--quiet", description = "Say only what is missing, on standard error.")
    private boolean quiet;

    DoctorCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        List<PreconditionResult> checks = Preconditions.check();
        for (PreconditionResult check : checks) {
            if (quiet && !check.passed()) {
                streams.say(missing(check));
            } else if (!quiet) {
                streams.out().println(check.passed() ? "ok       " + found(check) : "missing  " + missing(check));
            }
        }
        boolean suffices = checks.stream().allMatch(PreconditionResult::passed);
        return (suffices ? ExitCode.OK : ExitCode.BAD_ENVIRONMENT).number();
    }

    private static String found(PreconditionResult check) {
        return check.name() + (check.detail().isEmpty() ? "" : ": " + check.detail());
    }

    /** A failed check in one line. */
    static String missing(PreconditionResult check) {
        return found(check) + (check.remedy().isEmpty() ? "" : "; " + check.remedy());
    }
}
