package io.tiercel.functions.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.replay.PolicyExplanation;
import io.tiercel.functions.replay.Replay;
import io.tiercel.functions.respond.policy.Policies;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code responses}: checks, explains and simulates response policies. It changes nothing. */
@Command(
        name = "tiercel responses",
        description = "Checks, explains and simulates response policies. Changes nothing.",
        synopsisSubcommandLabel = "COMMAND")
public final class ResponsesCommand implements Runnable {
    static final int MAX_ALERTS = 1_000_000;
    private static final long MAX_FILE_BYTES = 4 * 1024 * 1024;

    private final PrintStream out;
    private final PrintStream err;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--help", usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this help.")
    private boolean help;

    public ResponsesCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the command and exits with its status. */
    public static void main(String... arguments) {
        System.exit(new ResponsesCommand(System.out, System.err).run(List.of(arguments)));
    }

    /**
     * Runs the command.
     *
     * @return the exit status: 0 for success, 1 for a file that is invalid or cannot be read, 2 for invalid arguments
     */
    public int run(List<String> arguments) {
        return CommandLines.create(this, out, err)
                .setExecutionExceptionHandler((failure, _, _) -> {
                    if (failure instanceof InvalidConfiguration || failure instanceof IOException) {
                        err.println("tiercel responses: " + failure.getMessage());
                        return 1;
                    }
                    throw failure;
                })
                .execute(arguments.toArray(String[]::new));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "specify a command");
        }
    }

    @Command(description = "Checks policy files; without a file, the default policies.")
    int check(@Parameters(paramLabel = "FILE", arity = "0..*") String @Nullable [] files) throws IOException {
        int invalid = 0;
        for (String file : files == null || files.length == 0 ? new String[] {""} : files) {
            try {
                Policies policies = policies(file);
                out.println((file.isEmpty() ? "default policies" : file) + ": "
                        + policies.policies().size()
                        + (policies.policies().size() == 1 ? " policy, valid" : " policies, valid"));
            } catch (InvalidConfiguration e) {
                err.println(e.getMessage());
                invalid++;
            }
        }
        return invalid == 0 ? 0 : 1;
    }

    @Command(description = "Explains each policy with its defaults; without a file, the default policies.")
    int explain(@Parameters(paramLabel = "FILE", arity = "0..1", defaultValue = "") String file) throws IOException {
        PolicyExplanation.explain(policies(file)).forEach(out::println);
        return 0;
    }

    @Command(description = "Shows the incidents and response plans that recorded alerts would produce.")
    int replay(
            @Parameters(
                            paramLabel = "ALERTS",
                            arity = "1..*",
                            description = "Files with alerts as JSON, one per line or as an array; \"-\" reads standard"
                                    + " input.")
                    String[] files,
            @Option(names = "--policies", paramLabel = "FILE", defaultValue = "", description = "File with policies.")
                    String policies,
            @Option(
                            names = "--incidents",
                            paramLabel = "FILE",
                            defaultValue = "",
                            description = "File with incident rules, as in TIERCEL_INCIDENTS.")
                    String incidents,
            @Option(names = "--cluster", paramLabel = "LABEL", defaultValue = "", description = "Label of the cluster.")
                    String cluster)
            throws IOException {
        Replay replay = new Replay(
                policies(policies), incidentRules(incidents), new Enricher(cluster, AttackTechniques.load()));
        for (String file : files) {
            read(file, replay);
        }
        replay.report().forEach(out::println);
        return 0;
    }

    private static Policies policies(String file) throws IOException {
        return file.isEmpty() ? Policies.defaults() : Policies.parse(file, text(file));
    }

    private static IncidentRules incidentRules(String file) throws IOException {
        return file.isEmpty() ? IncidentRulesFile.readDefault() : IncidentRulesFile.read(file, text(file));
    }

    private static String text(String file) throws IOException {
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw new IOException("cannot read " + file);
        }
        if (Files.size(path) > MAX_FILE_BYTES) {
            throw new IOException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
        }
        return Files.readString(path);
    }

    private static void read(String file, Replay replay) throws IOException {
        try (MappingIterator<JsonNode> documents = Json.MAPPER
                .readerFor(JsonNode.class)
                .readValues(file.equals("-") ? System.in : Files.newInputStream(Path.of(file)))) {
            int count = 0;
            while (documents.hasNextValue()) {
                JsonNode document = documents.nextValue();
                for (JsonNode alert : document.isArray() ? document : List.of(document)) {
                    if (++count > MAX_ALERTS) {
                        throw new IOException(file + " has more than " + MAX_ALERTS + " alerts");
                    }
                    replay.add(alert);
                }
            }
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + ":" + e.getLocation().getLineNr() + ": invalid JSON: " + e.getOriginalMessage());
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist");
        }
    }
}
