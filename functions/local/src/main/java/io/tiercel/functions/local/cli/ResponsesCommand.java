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
import java.util.ArrayList;
import java.util.List;

/** Looks at files of response policies, and shows what they would make of recorded alerts; changes nothing. */
public final class ResponsesCommand {
    static final int MOST_ALERTS = 1_000_000;
    private static final long LONGEST_FILE = 4 * 1024 * 1024;
    private static final String USAGE = """
        usage: responses check [FILE...]
               responses explain [FILE]
               responses replay ALERTS... [--policies FILE] [--incidents FILE] [--cluster LABEL]
        FILE is a file of policies; without it those that come with Tiercel. --incidents names a file that says what makes an
        incident, as TIERCEL_INCIDENTS does. ALERTS are files with alerts in JSON, one a line or as a list; "-" is standard
        input.\
        """;

    private final PrintStream out;
    private final PrintStream err;

    ResponsesCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Exit status 0, 1 for a file that is wrong or cannot be read, 2 for wrong words. */
    public static void main(String... words) {
        System.exit(new ResponsesCommand(System.out, System.err).run(List.of(words)));
    }

    int run(List<String> words) {
        String word = words.isEmpty() ? "" : words.getFirst();
        List<String> rest = words.isEmpty() ? List.of() : words.subList(1, words.size());
        try {
            return switch (word) {
                case "check" -> check(rest);
                case "explain" -> explain(rest);
                case "replay" -> replay(rest);
                default -> usage();
            };
        } catch (InvalidConfiguration | IOException e) {
            err.println("responses: " + e.getMessage());
            return 1;
        }
    }

    private int usage() {
        err.println(USAGE);
        return 2;
    }

    private int check(List<String> files) throws IOException {
        int wrong = 0;
        for (String file : files.isEmpty() ? List.of("") : files) {
            try {
                Policies policies = policies(file);
                out.println((file.isEmpty() ? "standard policies" : file) + ": "
                        + policies.policies().size() + " policies, nothing wrong");
            } catch (InvalidConfiguration e) {
                err.println(e.getMessage());
                wrong++;
            }
        }
        return wrong == 0 ? 0 : 1;
    }

    private int explain(List<String> files) throws IOException {
        if (files.size() > 1) {
            return usage();
        }
        PolicyExplanation.explain(policies(files.isEmpty() ? "" : files.getFirst()))
                .forEach(out::println);
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
            throw new IOException(file + " cannot be read");
        }
        if (Files.size(path) > LONGEST_FILE) {
            throw new IOException(file + " is longer than " + LONGEST_FILE + " bytes");
        }
        return Files.readString(path);
    }

    private int replay(List<String> words) throws IOException {
        List<String> files = new ArrayList<>();
        String policies = "";
        String incidents = "";
        String cluster = "";
        for (int i = 0; i < words.size(); i++) {
            boolean option = words.get(i).startsWith("--");
            if (option && i + 1 == words.size()) {
                return usage();
            }
            switch (words.get(i)) {
                case "--policies" -> policies = words.get(++i);
                case "--incidents" -> incidents = words.get(++i);
                case "--cluster" -> cluster = words.get(++i);
                default -> files.add(words.get(i));
            }
        }
        if (files.isEmpty() || files.stream().anyMatch(file -> file.startsWith("--"))) {
            return usage();
        }
        Replay replay = new Replay(
                policies(policies), incidentRules(incidents), new Enricher(cluster, AttackTechniques.load()));
        for (String file : files) {
            read(file, replay);
        }
        replay.report().forEach(out::println);
        return 0;
    }

    private static void read(String file, Replay replay) throws IOException {
        try (MappingIterator<JsonNode> documents = Json.MAPPER
                .readerFor(JsonNode.class)
                .readValues(file.equals("-") ? System.in : Files.newInputStream(Path.of(file)))) {
            int count = 0;
            while (documents.hasNextValue()) {
                JsonNode document = documents.nextValue();
                for (JsonNode alert : document.isArray() ? document : List.of(document)) {
                    if (++count > MOST_ALERTS) {
                        throw new IOException(file + " has more than " + MOST_ALERTS + " alerts");
                    }
                    replay.add(alert);
                }
            }
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + ":" + e.getLocation().getLineNr() + ": this is not JSON: " + e.getOriginalMessage());
        } catch (NoSuchFileException e) {
            throw new IOException(file + " is not there");
        }
    }
}
