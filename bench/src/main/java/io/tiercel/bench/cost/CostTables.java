package io.tiercel.bench.cost;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The tables of the documentation, as Markdown. */
final class CostTables {
    static final List<Profile> PROFILES = List.of(
            Profile.QUIET, Profile.TYPICAL, Profile.STORM_IDENTICAL, Profile.STORM_VARIED, Profile.STORM_INCIDENTS);

    private static final Map<String, Set<Resource>> GROUPS = groups();
    private static final int LARGE = 100;

    private final CostModel model;

    CostTables(CostModel model) {
        this.model = model;
    }

    private static Map<String, Set<Resource>> groups() {
        Map<String, Set<Resource>> groups = new LinkedHashMap<>();
        groups.put("SQS", EnumSet.of(Resource.SQS_STANDARD, Resource.SQS_FIFO));
        groups.put("Lambda", EnumSet.of(Resource.LAMBDA_REQUEST, Resource.LAMBDA_GB_SECOND));
        groups.put("DynamoDB", EnumSet.of(Resource.DYNAMODB_WRITE, Resource.DYNAMODB_READ, Resource.DYNAMODB_STORAGE));
        groups.put("CloudWatch Logs, S3", EnumSet.of(Resource.LOG_GB, Resource.S3_REQUEST));
        return groups;
    }

    /** Returns all tables by name. */
    Map<String, String> all() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("profiles", profiles());
        tables.put("counts", counts());
        tables.put("ceilings", ceilings());
        tables.put("knobs", new CostKnobs(model).table());
        tables.put("month", month());
        return tables;
    }

    private String profiles() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(header("USD per million alerts"));
        GROUPS.forEach((name, resources) -> rows.add(row(
                name,
                profile -> resources.stream()
                                .mapToDouble(resource -> model.prices()
                                        .of(resource, model.usage(profile).of(resource)))
                                .sum()
                        / profile.raised()
                        * 1e6)));
        rows.add(row("**Total**", model::usdPerMillion));
        return markdown(rows);
    }

    private static List<String> header(String first) {
        List<String> header = new ArrayList<>(List.of(first));
        PROFILES.forEach(profile -> header.add(profile.name()));
        return header;
    }

    private static List<String> row(String name, ToDoubleFunction<Profile> value) {
        List<String> row = new ArrayList<>(List.of(name));
        PROFILES.forEach(profile -> row.add(number(value.applyAsDouble(profile))));
        return row;
    }

    private String counts() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(header("For each alert that arrives"));
        rows.add(row("alerts that rules raise", profile -> profile.raised() / profile.folded()));
        rows.add(row("transactions of `deduplicate`", model::transactionsPerAlert));
        rows.add(row("write request units", model::writesPerAlert));
        rows.add(row("read request units", profile -> perAlert(profile, Resource.DYNAMODB_READ)));
        rows.add(row(
                "requests to queues",
                profile -> perAlert(profile, Resource.SQS_STANDARD) + perAlert(profile, Resource.SQS_FIFO)));
        rows.add(row("invocations", profile -> perAlert(profile, Resource.LAMBDA_REQUEST)));
        return markdown(rows);
    }

    private double perAlert(Profile profile, Resource resource) {
        return model.usage(profile).of(resource) / profile.folded();
    }

    private String ceilings() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "Storm of 10 million alerts in an hour",
                "Alerts that arrive",
                "Counted per second",
                "USD in total",
                "USD in an hour, at most"));
        for (Profile profile : List.of(Profile.STORM_IDENTICAL, Profile.STORM_VARIED, Profile.STORM_INCIDENTS)) {
            rows.add(List.of(
                    profile.name(),
                    grouped(profile.folded()),
                    grouped(model.alertsPerSecond(profile)),
                    number(model.usage(profile).usd(model.prices())),
                    number(model.hourlyCeilingUsd(profile))));
        }
        return markdown(rows);
    }

    private String month() {
        Usage fixed = model.fixed();
        Usage variable = model.usage(Profile.TYPICAL);
        Usage all = fixed.plus(variable);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Item", "Without alerts", "With alerts", "USD"));
        for (Resource resource : Resource.values()) {
            rows.add(List.of(
                    resource.label(),
                    grouped(fixed.of(resource)),
                    grouped(all.of(resource)),
                    money(model.prices().of(resource, all.of(resource)))));
        }
        rows.add(List.of(
                "**Total, USD**",
                money(fixed.usd(model.prices())),
                money(all.usd(model.prices())),
                "**" + money(all.usd(model.prices())) + "**"));
        return markdown(rows);
    }

    static String money(double usd) {
        return String.format(Locale.ROOT, "%.2f", usd);
    }

    /** Returns a number with about two significant digits after the point. */
    static String number(double value) {
        return value >= LARGE ? grouped(value) : money(value);
    }

    /** Returns a quantity, without decimals unless it is small. */
    static String grouped(double quantity) {
        boolean whole = quantity >= LARGE || quantity == Math.rint(quantity);
        return String.format(Locale.ROOT, whole ? "%,.0f" : "%.2f", quantity);
    }

    static String markdown(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            lines.add("| " + String.join(" | ", row) + " |");
            if (lines.size() == 1) {
                lines.add(row.stream().map(_ -> "---").collect(Collectors.joining("|", "|", "|")));
            }
        }
        return String.join("\n", lines) + "\n";
    }
}
