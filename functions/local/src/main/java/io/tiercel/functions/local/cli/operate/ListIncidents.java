package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.config.Durations;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.rules.text.Quantity;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code incidents list}. */
@Command(name = "list", description = "Lists incidents, by default those that are open or escalated.")
public final class ListIncidents implements Callable<Integer> {
    private static final int PAGE = 200;

    /** The maximum of {@code --all}, so that the command ends. */
    private static final int MAX_ALL = 20_000;

    private final OperatorContext context;

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    @Option(names = "--state", paramLabel = "STATE", description = "active, open, escalated, closed or all.")
    private @Nullable String state;

    @Option(names = "--rule", paramLabel = "RULE", description = "Incidents of this rule.")
    private @Nullable String rule;

    @Option(names = "--priority", paramLabel = "PRIORITY", description = "This priority and more urgent ones.")
    private @Nullable String priority;

    @Option(names = "--host", paramLabel = "HOST", description = "Incidents of this node.")
    private @Nullable String host;

    @Option(names = "--namespace", paramLabel = "NAME", description = "Incidents of this Kubernetes namespace.")
    private @Nullable String namespace;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Incidents with an event since this time, or within this duration, such as 2h.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Incidents whose last event is not after this time.")
    private @Nullable String until;

    @Option(names = "--text", paramLabel = "TEXT", description = "Incidents that contain this text.")
    private @Nullable String text;

    @Option(names = "--acknowledged", arity = "1", paramLabel = "true|false", description = "Only (not) acknowledged.")
    private @Nullable Boolean acknowledged;

    @Option(names = "--sort", paramLabel = "ORDER", description = "last-seen, first-seen, count or priority.")
    private @Nullable String sort;

    @Option(names = "--limit", paramLabel = "N", description = "Incidents of a page, 1 to 200 (default: 50).")
    private @Nullable Integer limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Continues a list: \"next\" of the page before.")
    private @Nullable String cursor;

    @Option(names = "--all", description = "Reads all pages, up to 20,000 incidents.")
    private boolean all;

    public ListIncidents(OperatorContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (OperatorSession session = options.open(context)) {
            JsonNode page = all ? allPages(session) : session.call("list-incidents", arguments());
            if (session.json()) {
                session.printJson(page);
            } else {
                print(session, page);
            }
        }
        return ExitStatus.OK.number();
    }

    private ObjectNode arguments() {
        ObjectNode arguments = OperatorSession.arguments();
        put(arguments, "state", state);
        put(arguments, "rule", rule);
        put(arguments, "priority", priority == null ? null : priority.toLowerCase(Locale.ROOT));
        put(arguments, "host", host);
        put(arguments, "namespace", namespace);
        put(arguments, "since", time(since));
        put(arguments, "until", time(until));
        put(arguments, "text", text);
        put(arguments, "sort", sort);
        put(arguments, "cursor", cursor);
        if (acknowledged != null) {
            arguments.put("acknowledged", acknowledged);
        }
        if (limit != null) {
            arguments.put("limit", limit);
        }
        return arguments;
    }

    private static void put(ObjectNode arguments, String name, @Nullable String value) {
        if (value != null) {
            arguments.put(name, value);
        }
    }

    /** A duration counts back from now; the functions check everything else. */
    private @Nullable String time(@Nullable String value) {
        if (value == null) {
            return null;
        }
        Instant now = context.clock().instant();
        return Durations.parse(value)
                .map(duration -> now.minus(duration).toString())
                .orElse(value);
    }

    private JsonNode allPages(OperatorSession session) {
        ObjectNode arguments = arguments().put("limit", PAGE);
        ObjectNode result = OperatorSession.arguments();
        ArrayNode items = result.putArray("items");
        JsonNode next;
        do {
            JsonNode page = session.call("list-incidents", arguments);
            page.path("items").forEach(items::add);
            next = page.path("next");
            arguments.set("cursor", next);
            if (!result.has("total")) {
                result.set("total", page.path("total").isNumber() ? page.path("total") : result.nullNode());
            }
        } while (next.isTextual() && items.size() < MAX_ALL);
        result.set("next", next.isTextual() ? next : result.nullNode());
        return result;
    }

    private void print(OperatorSession session, JsonNode page) {
        JsonNode items = page.path("items");
        JsonNode total = page.path("total");
        if (items.isEmpty()) {
            session.terminal().out().println(state == null ? "No incident is open." : "No incident matches.");
            session.terminal().err().println("closed incidents: " + session.command("incidents list --state all"));
        } else {
            IncidentTable.print(session.terminal(), items, context.clock().instant());
        }
        String next = Texts.text(page, "next");
        if (!next.isEmpty()) {
            session.terminal().out().flush();
            session.terminal()
                    .err()
                    .println(Quantity.of(items.size(), "incident")
                            + (total.isNumber() ? " of " + total.asLong() : "")
                            + "; --all lists all, --cursor '" + next + "' the next page");
        }
    }
}
