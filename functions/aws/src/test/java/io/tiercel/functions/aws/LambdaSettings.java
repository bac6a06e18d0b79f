package io.tiercel.functions.aws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of a Lambda function in Terraform.
 *
 * @param handler the class and method that Lambda calls
 * @param memoryMb memory in MB
 * @param timeoutSeconds timeout of one invocation
 * @param environment variables
 */
record LambdaSettings(String handler, int memoryMb, int timeoutSeconds, Map<String, String> environment) {
    private static final Path TERRAFORM =
            Path.of(System.getProperty("tiercel.root"), "infra", "terraform", "modules", "pipeline");
    private static final Pattern LOCAL = Pattern.compile("(?m)^ +local\\.([a-z_]+),$");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^ +([A-Z][A-Z_]+) += (.+)$");

    /**
     * Parses the Terraform files without a tool. The parser relies on their format, which another test verifies.
     *
     * @param function name of the function
     * @param references values of Terraform references, such as {@code aws_dynamodb_table.incidents.name}
     */
    static LambdaSettings fromTerraform(String function, Map<String, String> references) throws IOException {
        String variables = Files.readString(TERRAFORM.resolve("variables.tf"));
        String block = find(
                Files.readString(TERRAFORM.resolve("main.tf")), "(?s)\n    " + function + " = \\{\n(.*?)\n    }\n");
        Map<String, String> environment = new HashMap<>();
        Matcher matcher = VARIABLE.matcher(block);
        while (matcher.find()) {
            environment.put(matcher.group(1), value(matcher.group(2), references));
        }
        environment.putAll(queues(block, references));
        environment.putAll(optional(block, references));
        return new LambdaSettings(
                handler(function),
                Integer.parseInt(find(variables, "memory_mb +=  *optional\\(number, ([0-9]+)\\)")),
                Math.max(
                        Integer.parseInt(find(variables, "timeout_s +=  *optional\\(number, ([0-9]+)\\)")),
                        minTimeout(function)),
                Map.copyOf(environment));
    }

    /** Returns the variables of the maps in queues.tf that a function uses. */
    private static Map<String, String> queues(String block, Map<String, String> references) throws IOException {
        String file = Files.readString(TERRAFORM.resolve("queues.tf"));
        Map<String, String> environment = new HashMap<>();
        Matcher local = LOCAL.matcher(block);
        while (local.find()) {
            Matcher map = Pattern.compile("(?s)\n  " + local.group(1) + " = \\{\n(.*?)\n  }\n")
                    .matcher(file);
            Matcher variable = VARIABLE.matcher(map.find() ? map.group(1) : "");
            while (variable.find()) {
                environment.put(variable.group(1), value(variable.group(2), references));
            }
        }
        return environment;
    }

    private static String handler(String function) throws IOException {
        Matcher own = Pattern.compile("(?m)^  handlers += \\{.*\\b" + function + " += \"([^\"]+)\"")
                .matcher(Files.readString(TERRAFORM.resolve("main.tf")));
        return own.find()
                ? own.group(1)
                : find(
                        Files.readString(TERRAFORM.resolve("functions.tf")),
                        "(?m)^  handler +=  *lookup\\(local.handlers, each.key, \"([^\"]+)\"\\)$");
    }

    /** Returns the minimum timeout of a function, in seconds; 0 if it has none. */
    private static int minTimeout(String function) throws IOException {
        Matcher minimum = Pattern.compile("min_timeouts_s += \\{.*\\b" + function + " = ([0-9]+)")
                .matcher(Files.readString(TERRAFORM.resolve("main.tf")));
        return minimum.find() ? Integer.parseInt(minimum.group(1)) : 0;
    }

    /** Returns the variables that are optional in Terraform and that have a value in this test. */
    private static Map<String, String> optional(String block, Map<String, String> references) throws IOException {
        String configuration = Files.readString(TERRAFORM.resolve("configuration.tf"));
        Map<String, String> environment = new HashMap<>();
        Matcher local = LOCAL.matcher(block);
        while (local.find()) {
            Matcher variable = Pattern.compile("(?m)^  " + local.group(1) + " += .*\\{ ([A-Z][A-Z_]+) = ([a-z_.]+) }$")
                    .matcher(configuration);
            if (variable.find() && references.containsKey(variable.group(2))) {
                environment.put(variable.group(1), value(variable.group(2), references));
            }
        }
        return environment;
    }

    /** The settings are those of a pipeline that verifies senders. */
    private static String value(String expression, Map<String, String> references) {
        if (expression.startsWith("\"")) {
            return expression.substring(1, expression.length() - 1).replace("${var.name}", "tiercel");
        }
        String value = references.get(expression.replace("${local.unverified_suffix}", "-unverified"));
        if (value == null) {
            throw new AssertionError(
                    "infra/terraform sets a variable to " + expression + ", which this test does not know");
        }
        return value;
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("infra/terraform has no " + pattern);
        }
        return matcher.group(1);
    }
}
