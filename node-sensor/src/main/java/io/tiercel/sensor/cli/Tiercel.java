package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.LogLine;
import io.tiercel.sensor.app.LogStream;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.TiercelVersion;
import io.tiercel.sensor.app.UserErrorException;
import io.tiercel.sensor.event.EarlyCapture;
import io.tiercel.sensor.start.StartTimes;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point: maps arguments to commands, and results to exit codes. */
@Command(
        name = "tiercel",
        description = "Runtime security for Kubernetes nodes: kernel events, Falco rules, alerts.",
        mixinStandardHelpOptions = false)
public final class Tiercel {
    private static final String SENSOR = "sensor";
    private static final Set<String> NO_CAPTURE = Set.of("--help", "-h", "--version", "-V");

    private Tiercel() {}

    /** The maximum time that the process waits at its end for the reader of standard output. */
    private static final Duration FLUSH_TIME = Duration.ofSeconds(1);

    public static void main(String[] args) {
        StartTimes.ofProcess().enter();
        boolean sensor = isSensor(args);
        EarlyCapture capture = null;
        if (sensor && captures(args)) {
            LogLine.hold();
            capture = EarlyCapture.begin();
        }
        // A sensor must not wait for the reader of its log, not even to report why it ends.
        PrintStream err = sensor ? LogStream.start(System.err) : System.err;
        System.setErr(err);
        StandardStreams streams = new StandardStreams(
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                err,
                System.console() != null && System.console().isTerminal());
        int code = commandLine(streams, args, capture).execute(args);
        LogLine.release();
        end(streams);
        System.exit(code);
    }

    private static void end(StandardStreams streams) {
        try {
            SupervisedThreads.runOnce("flush", streams.out()::flush).join(FLUSH_TIME);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (streams.err() instanceof LogStream log) {
            log.close();
        }
    }

    /**
     * Returns all commands, from which man pages and completion scripts are generated.
     *
     * @param out receives the output of commands that the caller executes, and their errors
     */
    public static CommandLine commands(PrintStream out) {
        return commandLine(new StandardStreams(out, out, false));
    }

    /** Creates the command line for arguments. A sensor starts sooner without the descriptions of the other commands. */
    static CommandLine commandLine(StandardStreams streams, String[] args) {
        return commandLine(streams, args, null);
    }

    /** @param capture what {@code sensor} may take, null if nothing is loaded yet */
    static CommandLine commandLine(StandardStreams streams, String[] args, @Nullable EarlyCapture capture) {
        if (!isSensor(args)) {
            return commandLine(streams);
        }
        return complete(
                new CommandLine(new Tiercel()).addSubcommand(withSettings(new SensorCommand(streams, capture))),
                streams);
    }

    private static boolean isSensor(String[] args) {
        return args.length > 0 && args[0].equals(SENSOR);
    }

    /** Returns true if a sensor with these arguments captures events, as far as one can tell before they are parsed. */
    static boolean captures(String[] args) {
        return Arrays.stream(args).noneMatch(arg -> arg.startsWith("--replay") || NO_CAPTURE.contains(arg));
    }

    /** Creates the command line. It never throws and never ends the process. */
    static CommandLine commandLine(StandardStreams streams) {
        CommandLine rules = new CommandLine(new RulesCommand())
                .addSubcommand(new RulesCheckCommand(streams))
                .addSubcommand(new RulesListCommand(streams))
                .addSubcommand(new RulesExplainCommand(streams))
                .addSubcommand(new RulesTestCommand(streams))
                .addSubcommand(new RulesPrefilterCommand(streams))
                .addSubcommand(new RulesLiveCommand(streams))
                .addSubcommand(new RulesConformanceCommand(streams));
        CommandLine config = new CommandLine(new ConfigCommand())
                .addSubcommand(withSettings(new ConfigCheckCommand(streams)))
                .addSubcommand(withSettings(new ConfigShowCommand(streams)));
        CommandLine all = new CommandLine(new Tiercel())
                .addSubcommand(withSettings(new SensorCommand(streams, null)))
                .addSubcommand(config)
                .addSubcommand(rules)
                .addSubcommand(new FieldsCommand(streams))
                .addSubcommand(new AlertsCommand(streams))
                .addSubcommand(new CertsCommand(streams))
                .addSubcommand(new DoctorCommand(streams))
                .addSubcommand(new ProbeCommand(streams))
                .addSubcommand(new VersionCommand(streams));
        return complete(all, streams);
    }

    private static CommandLine complete(CommandLine all, StandardStreams streams) {
        addVersion(all);
        return all.setOut(writer(streams.out()))
                .setErr(writer(streams.err()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, _) -> invalidArguments(e))
                .setExecutionExceptionHandler((e, _, _) -> failed(e, streams));
    }

    /** Every command prints the version, as programs commonly do. */
    private static void addVersion(CommandLine line) {
        line.getCommandSpec().version("tiercel " + TiercelVersion.VERSION);
        if (line.getCommandSpec().findOption("--version") == null) {
            line.getCommandSpec()
                    .addOption(OptionSpec.builder("--version")
                            .versionHelp(true)
                            .description("Prints the version.")
                            .build());
        }
        line.getSubcommands().values().forEach(Tiercel::addVersion);
    }

    private static CommandLine withSettings(Object command) {
        CommandLine commandLine = new CommandLine(command);
        ConfigOptions.addTo(commandLine.getCommandSpec());
        return commandLine;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int invalidArguments(ParameterException e) {
        CommandLine command = e.getCommandLine();
        command.getErr().println("tiercel: " + e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
            command.getErr().println("tiercel: run " + command.getCommandSpec().qualifiedName() + " --help for usage");
        }
        return ExitCode.USAGE.number();
    }

    private static int failed(Exception e, StandardStreams streams) {
        if (e instanceof UserErrorException failure) {
            failure.getMessage().lines().forEach(streams::info);
            return ExitCode.forError(failure).number();
        }
        streams.info("internal error: " + e);
        if (System.getenv("TIERCEL_DEBUG") != null) {
            e.printStackTrace(streams.err());
        } else {
            streams.info("set TIERCEL_DEBUG=1 to print the stack trace");
        }
        return ExitCode.BAD_INPUT.number();
    }
}
