package io.tiercel.sensor.config;

import io.tiercel.sensor.config.Setting.Type;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The table of all settings. Files, environment variables, options, the JSON Schema and the docs page follow it. */
public final class Settings {
    private static final Type TEXT = new Type.Text();
    private static final Type TEXT_LIST = new Type.TextList();
    private static final Type FILE = new Type.File();
    private static final Type SECRET_FILE = new Type.SecretFile();
    private static final Type TOGGLE = new Type.Toggle();
    private static final Type FORMAT = choice("text", "json");
    private static final Type QUEUE_SIZE = new Type.Number(1, 1_000_000, "alerts");

    public static final Setting HOSTNAME = key(
            "hostname",
            TEXT,
            "",
            "--hostname",
            "Node name in alerts. Without it, the sensor uses FALCO_HOSTNAME, then the host name.");

    public static final Setting LOG_FORMAT = key(
            "log.format",
            FORMAT,
            "text",
            "--log-format",
            "Format of the sensor's log on standard error. With json, each line is one JSON object.");

    public static final Setting RULES_FILES = key(
            "rules.files",
            TEXT_LIST,
            "",
            "--rules",
            "Rule files, or folders of *.yaml files. Later files extend or override earlier ones. Without it, "
                    + "the sensor loads the bundled detections.");
    public static final Setting RULES_MATCHING = key(
            "rules.matching",
            choice("first", "all"),
            "first",
            "--rule-matching",
            "Which of the rules that match an event raise an alert: the first, or all.");
    public static final Setting RULES_PRIORITY = key(
            "rules.priority",
            choice("emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"),
            "debug",
            "--priority",
            "Minimum priority. Rules below it raise no alerts.");
    public static final Setting RULES_FILE_NAMES = key(
            "rules.file_names",
            choice("both", "falco"),
            "both",
            "--file-names",
            "File names that rules are evaluated against. With both: the path that the program passed and, if "
                    + "they differ, the kernel's path and the host's path. With falco: the program's path only, as in "
                    + "Falco.");

    public static final Setting RULES_PREFILTER = key(
            "rules.prefilter",
            choice("on", "off", "verify"),
            "on",
            "--prefilter",
            "Whether the kernel drops events that no rule can match. With verify, it drops none, and the sens"
                    + "or compares its decisions with the rules. Recordings always contain all events.");

    public static final Setting RULES_APPEND_OUTPUT = key(
            "rules.append_output",
            TEXT,
            "",
            "--append-output",
            "Text appended to the output of every rule. It may contain fields, e.g. 'session=%proc.sname'.");

    public static final Setting CAPTURE_RING_BUFFER_MIB = key(
            "capture.ring_buffer_mib",
            choice("auto", "1", "2", "4", "8", "16", "32", "64", "128", "256"),
            "auto",
            "--ring-buffer-mib",
            "Size of the kernel ring buffer in MiB. The sensor loses and counts events that do not fit. With "
                    + "auto, it is 2 MiB for each processor, between 4 and 64 MiB.");
    public static final Setting CAPTURE_FLOOD_ALERTS = key(
            "capture.flood_alerts",
            choice("internal", "incident"),
            "internal",
            "--flood-alerts",
            "What a flood of events raises: only the internal alert about lost events, or also an alert about the "
                    + "container or user, which becomes an incident.");

    public static final Setting CAPTURE_ARGUMENTS = key(
            "capture.arguments",
            choice("auto", "path-copies", "entry-and-exit", "exit"),
            "auto",
            "--capture-arguments",
            "Where the sensor reads paths and addresses of syscalls. With auto: from kernel hooks. If the kernel does not"
                    + " allow hooks: from the kernel's copies of paths (path-copies, Linux 6.1 to 6.18). Otherwise: from"
                    + " the memory of the process when the call begins and when it ends (entry-and-exit). If these differ,"
                    + " the event is evaluated with both. With exit: only when the call ends, which costs less, but"
                    + " another thread can change it during the call.");

    public static final Setting CAPTURE_CALL_MEMORIES = key(
            "capture.call_memories",
            new Type.Number(64, 65_536, "calls"),
            "4096",
            "--call-memories",
            "Number of calls in progress whose paths and addresses the kernel remembers, and one long path for 16 of them. When"
                    + " it is used up, each container and user may have 32 more calls and 4 more long paths.");

    public static final Setting CAPTURE_BUDGETS = key(
            "capture.budgets",
            new Type.Number(256, 262_144, "processes"),
            "8192",
            "--budgets",
            "Number of processes whose share of the ring buffer the kernel keeps, and a quarter as many containers and users."
                    + " When there are more, it forgets those that it has not seen for longest.");

    public static final Setting CONTAINERS_RUNTIMES = key(
            "containers.runtimes",
            TEXT_LIST,
            "",
            "--cri",
            "CRI sockets of the container runtimes that provide image, pod and labels of containers. Without it, "
                    + "the sensor tries the default sockets of containerd and CRI-O. With off, it queries no runtime.");
    public static final Setting CONTAINERS_WAIT_MS = key(
            "containers.wait_ms",
            new Type.Number(0, 10_000, "ms"),
            "500",
            "--container-wait",
            "Maximum time in milliseconds that events of a new container wait for the container runtime.");

    public static final Setting METRICS_LISTEN = key(
            "metrics.listen",
            TEXT,
            "",
            "--metrics",
            "[HOST:]PORT that serves /metrics for Prometheus, /healthz and /readyz. Without HOST, the sensor "
                    + "listens on the loopback address only. Another address requires metrics.token_file.");
    public static final Setting METRICS_TOKEN_FILE = key(
            "metrics.token_file",
            SECRET_FILE,
            "",
            "--metrics-token-file",
            "File with the bearer token that /metrics requires. Without it, metrics by rule are left out. Other users must not be "
                    + "able to read it.");
    public static final Setting METRICS_HEALTH_SOCKET = key(
            "metrics.health_socket",
            FILE,
            "",
            "--health-socket",
            "Unix socket that serves /healthz and /readyz to its owner, such as the probes of Kubernetes.");

    public static final Setting GRPC_LISTEN = key(
            "grpc.listen",
            TEXT,
            "",
            "--grpc",
            "HOST:PORT that serves alerts over gRPC with mutual TLS. Falco's port is 5060.");
    public static final Setting GRPC_CERTIFICATE =
            key("grpc.certificate", FILE, "", "--grpc-cert", "PEM file with the certificate chain of the gRPC server.");
    public static final Setting GRPC_KEY = key(
            "grpc.key",
            SECRET_FILE,
            "",
            "--grpc-key",
            "PEM file with the private key of the gRPC server (PKCS #8, unencrypted). Other users must not be "
                    + "able to read it.");
    public static final Setting GRPC_CA = key(
            "grpc.ca",
            FILE,
            "",
            "--grpc-ca",
            "PEM file with the certificate authorities that sign client certificates.");
    public static final Setting GRPC_ALLOW = key(
            "grpc.allow",
            TEXT_LIST,
            "",
            "--grpc-allow",
            "Client names to accept. A client certificate must carry one of them. *.NAME matches one more label. "
                    + "Without it, the server accepts every client whose certificate is valid.");
    public static final Setting GRPC_SOCKET = key(
            "grpc.socket",
            FILE,
            "",
            "--grpc-socket",
            "Unix socket that serves alerts over gRPC to its owner and group.");

    public static final Setting SPOOL_FOLDER = key(
            "spool.folder",
            FILE,
            "",
            "--spool",
            "Folder that stores alerts until they are delivered. If delivery is configured, the default is "
                    + "/var/lib/tiercel/spool for root and ~/.local/state/tiercel/spool for other users.");
    public static final Setting SPOOL_MAX_BYTES = key(
            "spool.max_bytes",
            new Type.Number(1 << 20, 1L << 40, "bytes"),
            "268435456",
            "--spool-max-bytes",
            "Maximum size of the spool. When it is full, the sensor drops and counts the oldest alerts of the "
                    + "lowest priority.");
    public static final Setting SPOOL_SYNC = key(
            "spool.sync",
            choice("within_200_ms", "each_append"),
            "within_200_ms",
            "--spool-sync",
            "When the sensor syncs spooled alerts to disk, so that they survive a power failure.");
    public static final Setting AGGREGATION_WINDOW_MS = key(
            "aggregation.window_ms",
            new Type.Number(0, 600_000, "ms"),
            "5000",
            "--aggregation-window",
            "Time window in milliseconds. Alerts in it that are identical to an earlier one are counted and delivered"
                    + " as one alert. 0 disables aggregation.");
    public static final Setting HEARTBEAT_INTERVAL_SECONDS = key(
            "heartbeat.interval_seconds",
            new Type.Number(5, 3_600, "seconds"),
            "60",
            "--heartbeat-interval",
            "Seconds between two heartbeats, with which the functions show the node and notice its silence. They are "
                    + "sent if delivery is configured.");
    public static final Setting DELIVERY_SERVER = key(
            "delivery.server",
            TEXT,
            "",
            "--server",
            "URL of the server that receives alerts. The sensor posts batches to its path /alerts. It must use "
                    + "https, or http on the loopback address.");

    public static final Setting DELIVERY_CA = key(
            "delivery.ca",
            FILE,
            "",
            "--delivery-ca",
            "PEM file with the certificate authorities to trust for the server. Without it, the sensor trusts "
                    + "those of the Java runtime.");
    public static final Setting DELIVERY_CERTIFICATE = key(
            "delivery.certificate",
            FILE,
            "",
            "--delivery-certificate",
            "PEM file with the sensor's client certificate for the server, for mutual TLS.");
    public static final Setting DELIVERY_KEY = key(
            "delivery.key",
            SECRET_FILE,
            "",
            "--delivery-key",
            "PEM file with the private key of that certificate (PKCS #8, unencrypted).");
    public static final Setting DELIVERY_AUTHORIZATION = key(
            "delivery.authorization",
            new Type.Secret(),
            "",
            "--delivery-authorization",
            "Value of the Authorization header for the server, e.g. Bearer and a token. Only the environment "
                    + "variable sets it.");
    public static final Setting DELIVERY_AUTHORIZATION_FILE = key(
            "delivery.authorization_file",
            SECRET_FILE,
            "",
            "--delivery-authorization-file",
            "File that contains the value of the Authorization header for the server.");
    public static final Setting SQS_QUEUE_URL = key(
            "delivery.sqs.queue_url",
            TEXT,
            "",
            "--sqs",
            "URL of the Amazon SQS queue that receives alerts instead of a server, e.g. "
                    + "https://sqs.eu-west-1.amazonaws.com/111122223333/alerts. Credentials come from the AWS SDK's "
                    + "default provider chain.");
    public static final Setting SQS_REGION = key(
            "delivery.sqs.region",
            TEXT,
            "",
            "--sqs-region",
            "AWS region of the queue. Required if the queue URL does not contain it.");
    public static final Setting SQS_ENDPOINT = key(
            "delivery.sqs.endpoint",
            TEXT,
            "",
            "--sqs-endpoint",
            "Endpoint of the SQS API. Without it, the sensor uses the host of the queue URL.");

    public static final Setting IDENTITY_TOKEN_FILE = key(
            "identity.token_file",
            SECRET_FILE,
            "",
            "--identity-token-file",
            "File with a Kubernetes service account token that proves to the receiver which node sends the alerts. "
                    + "The sensor reads it every 30 seconds.");
    public static final Setting IDENTITY_INSTANCE_DOCUMENT = key(
            "identity.instance_document",
            TOGGLE,
            "false",
            "--identity-instance-document",
            "Send the signed EC2 instance identity document, which proves to the receiver which instance sends the "
                    + "alerts. For hosts outside Kubernetes.");
    public static final Setting IDENTITY_INSTANCE_ID = key(
            "identity.instance_id",
            choice("dmi", "imds", "off"),
            "dmi",
            "--identity-instance-id",
            "Source of the EC2 instance id in alerts: DMI, or DMI and otherwise the EC2 instance metadata service. "
                    + "With off, alerts contain no instance id.");

    public static final Setting CONSOLE_ENABLED = key(
            "outputs.console.enabled", TOGGLE, "true", "--outputs-console-enabled", "Print alerts to standard output.");
    public static final Setting CONSOLE_FORMAT = key(
            "outputs.console.format",
            choice("auto", "text", "json"),
            "auto",
            "--output",
            "Format of printed alerts. With auto, it is text on a terminal and JSON otherwise.");

    public static final Setting FILE_PATH =
            key("outputs.file.path", FILE, "", "--outputs-file-path", "File to append alerts to.");
    public static final Setting FILE_FORMAT =
            key("outputs.file.format", FORMAT, "json", "--outputs-file-format", "Format of alerts in the file.");
    public static final Setting FILE_ROTATE_BYTES = key(
            "outputs.file.rotate_bytes",
            new Type.Number(0, 1L << 40, "bytes"),
            "104857600",
            "--outputs-file-rotate-bytes",
            "Size at which the sensor renames the file to NAME.1. 0 disables rotation. On SIGUSR1 the sensor "
                    + "reopens the file.");
    public static final Setting FILE_KEEP = key(
            "outputs.file.keep",
            new Type.Number(1, 100, "files"),
            "5",
            "--outputs-file-keep",
            "Number of rotated files to keep.");
    public static final Setting FILE_QUEUE = queue("file");

    public static final Setting SYSLOG_ADDRESS = key(
            "outputs.syslog.address",
            TEXT,
            "",
            "--outputs-syslog-address",
            "Syslog address: /dev/log, udp://HOST:514 or tcp://HOST:601.");
    public static final Setting SYSLOG_FORMAT = key(
            "outputs.syslog.format", FORMAT, "text", "--outputs-syslog-format", "Format of alerts in syslog messages.");
    public static final Setting SYSLOG_FACILITY = key(
            "outputs.syslog.facility",
            new Type.Number(0, 23, ""),
            "1",
            "--outputs-syslog-facility",
            "Facility number of RFC 5424, e.g. 1 for user, 4 for auth, 16 for local0.");
    public static final Setting SYSLOG_QUEUE = queue("syslog");

    public static final Setting HTTP_URL = key(
            "outputs.http.url",
            TEXT,
            "",
            "--outputs-http-url",
            "URL to post each alert to, in the way Falco does. falcosidekick accepts these requests.");
    public static final Setting HTTP_FORMAT =
            key("outputs.http.format", FORMAT, "json", "--outputs-http-format", "Format of alerts in HTTP requests.");
    public static final Setting HTTP_TIMEOUT_MS = key(
            "outputs.http.timeout_ms",
            new Type.Number(100, 60_000, "ms"),
            "5000",
            "--outputs-http-timeout-ms",
            "Maximum time in milliseconds to wait for a response.");
    public static final Setting HTTP_ALLOW_PLAIN = key(
            "outputs.http.allow_plain",
            TOGGLE,
            "false",
            "--outputs-http-allow-plain",
            "Allow http URLs, which are unencrypted, for other machines too.");
    public static final Setting HTTP_CA = key(
            "outputs.http.ca",
            FILE,
            "",
            "--outputs-http-ca",
            "PEM file with the certificate authorities to trust. Without it, the sensor trusts those of the Java "
                    + "runtime.");
    public static final Setting HTTP_CERTIFICATE = key(
            "outputs.http.certificate",
            FILE,
            "",
            "--outputs-http-certificate",
            "PEM file with the sensor's client certificate, for mutual TLS.");
    public static final Setting HTTP_KEY = key(
            "outputs.http.key",
            SECRET_FILE,
            "",
            "--outputs-http-key",
            "PEM file with the private key of that certificate (PKCS #8, unencrypted).");
    public static final Setting HTTP_AUTHORIZATION = key(
            "outputs.http.authorization",
            new Type.Secret(),
            "",
            "--outputs-http-authorization",
            "Value of the Authorization header. Only the environment variable sets it.");
    public static final Setting HTTP_AUTHORIZATION_FILE = key(
            "outputs.http.authorization_file",
            SECRET_FILE,
            "",
            "--outputs-http-authorization-file",
            "File that contains the value of the Authorization header.");
    public static final Setting HTTP_QUEUE = queue("http");

    public static final Setting PROGRAM_COMMAND = key(
            "outputs.program.command",
            TEXT_LIST,
            "",
            "--outputs-program-command",
            "Program and arguments of a long-running program that reads alerts on its standard input.");
    public static final Setting PROGRAM_FORMAT = key(
            "outputs.program.format",
            FORMAT,
            "json",
            "--outputs-program-format",
            "Format of alerts written to the program.");
    public static final Setting PROGRAM_QUEUE = queue("program");

    /** All settings, in the order in which {@code config show} prints them. */
    public static final List<Setting> ALL = List.of(
            HOSTNAME,
            LOG_FORMAT,
            RULES_FILES,
            RULES_MATCHING,
            RULES_PRIORITY,
            RULES_FILE_NAMES,
            RULES_PREFILTER,
            RULES_APPEND_OUTPUT,
            CAPTURE_RING_BUFFER_MIB,
            CAPTURE_FLOOD_ALERTS,
            CAPTURE_ARGUMENTS,
            CAPTURE_CALL_MEMORIES,
            CAPTURE_BUDGETS,
            CONTAINERS_RUNTIMES,
            CONTAINERS_WAIT_MS,
            SPOOL_FOLDER,
            SPOOL_MAX_BYTES,
            SPOOL_SYNC,
            AGGREGATION_WINDOW_MS,
            HEARTBEAT_INTERVAL_SECONDS,
            DELIVERY_SERVER,
            DELIVERY_CA,
            DELIVERY_CERTIFICATE,
            DELIVERY_KEY,
            DELIVERY_AUTHORIZATION,
            DELIVERY_AUTHORIZATION_FILE,
            SQS_QUEUE_URL,
            SQS_REGION,
            SQS_ENDPOINT,
            IDENTITY_TOKEN_FILE,
            IDENTITY_INSTANCE_DOCUMENT,
            IDENTITY_INSTANCE_ID,
            CONSOLE_ENABLED,
            CONSOLE_FORMAT,
            FILE_PATH,
            FILE_FORMAT,
            FILE_ROTATE_BYTES,
            FILE_KEEP,
            FILE_QUEUE,
            SYSLOG_ADDRESS,
            SYSLOG_FORMAT,
            SYSLOG_FACILITY,
            SYSLOG_QUEUE,
            HTTP_URL,
            HTTP_FORMAT,
            HTTP_TIMEOUT_MS,
            HTTP_ALLOW_PLAIN,
            HTTP_CA,
            HTTP_CERTIFICATE,
            HTTP_KEY,
            HTTP_AUTHORIZATION,
            HTTP_AUTHORIZATION_FILE,
            HTTP_QUEUE,
            PROGRAM_COMMAND,
            PROGRAM_FORMAT,
            PROGRAM_QUEUE,
            GRPC_LISTEN,
            GRPC_CERTIFICATE,
            GRPC_KEY,
            GRPC_CA,
            GRPC_ALLOW,
            GRPC_SOCKET,
            METRICS_LISTEN,
            METRICS_TOKEN_FILE,
            METRICS_HEALTH_SOCKET);

    static final Map<String, Setting> BY_PATH =
            ALL.stream().collect(Collectors.toMap(Setting::path, Function.identity()));
    static final Map<String, Setting> BY_ENVIRONMENT_VARIABLE =
            ALL.stream().collect(Collectors.toMap(Setting::environmentVariable, Function.identity()));

    private Settings() {}

    private static Setting key(String path, Type type, String defaultValue, String option, String description) {
        return new Setting(path, type, defaultValue, option, description);
    }

    private static Setting queue(String output) {
        return key(
                "outputs." + output + ".queue",
                QUEUE_SIZE,
                "8192",
                "--outputs-" + output + "-queue",
                "Maximum number of alerts that wait for this output. When it is full, the sensor drops and counts the"
                        + " oldest.");
    }

    private static Type choice(String... values) {
        return new Type.Choice(List.of(values));
    }
}
