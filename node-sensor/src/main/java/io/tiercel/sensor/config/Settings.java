package io.tiercel.sensor.config;

import io.tiercel.sensor.config.Setting.Type;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All keys. */
public final class Settings {
    private static final Type TEXT = new Type.Text();
    private static final Type TEXTS = new Type.Texts();
    private static final Type FILE = new Type.File();
    private static final Type SECRET_FILE = new Type.SecretFile();
    private static final Type SWITCH = new Type.Switch();
    private static final Type FORM = choice("text", "json");
    private static final Type QUEUE = new Type.Number(1, 1_000_000, "alerts");

    public static final Setting HOSTNAME = key(
            "hostname",
            TEXT,
            "",
            "--hostname",
            "The node's name in alerts; else FALCO_HOSTNAME or the host's own name.");

    public static final Setting LOG_FORMAT = key(
            "log.format",
            FORM,
            "text",
            "--log-format",
            "How the sensor's own messages are written on standard error; json is one object a line.");

    public static final Setting RULES_FILES = key(
            "rules.files",
            TEXTS,
            "",
            "--rules",
            "Rule files, or folders of *.yaml files; later ones extend or override. Else the detections that came with this"
                    + " program.");
    public static final Setting RULES_MATCHING = key(
            "rules.matching",
            choice("first", "all"),
            "first",
            "--rule-matching",
            "Whether an event alerts by the first rule that matches or by all.");
    public static final Setting RULES_PRIORITY = key(
            "rules.priority",
            choice("emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"),
            "debug",
            "--priority",
            "The least urgent priority that alerts.");
    public static final Setting RULES_NAMES = key(
            "rules.names",
            choice("both", "falco"),
            "both",
            "--names",
            "Names of a file that rules see: the program's and, where they differ, the kernel's and the host's; or, as in"
                    + " Falco, the program's alone.");

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
            "Text with fields, e.g. 'session=%proc.sname', added to the output of every rule.");

    public static final Setting CAPTURE_RING_MIB = key(
            "capture.ring_mib",
            choice("auto", "1", "2", "4", "8", "16", "32", "64", "128", "256"),
            "auto",
            "--ring-mib",
            "Memory, in MiB, for events that the sensor has not read yet; what does not fit is lost and counted. auto is 2"
                    + " for each processor, from 4 to 64.");

    public static final Setting CONTAINERS_RUNTIMES = key(
            "containers.runtimes",
            TEXTS,
            "",
            "--cri",
            "Sockets of the container runtimes (CRI) that are asked for image, pod and labels of containers; else the usual"
                    + " ones of containerd and CRI-O; off: nobody is asked.");
    public static final Setting CONTAINERS_WAIT_MS = key(
            "containers.wait_ms",
            new Type.Number(0, 10_000, "ms"),
            "500",
            "--container-wait",
            "How long a new container's events wait for the runtime's answer.");

    public static final Setting METRICS_LISTEN = key(
            "metrics.listen",
            TEXT,
            "",
            "--metrics",
            "[HOST:]PORT where /metrics for Prometheus, /healthz and /readyz are served; without HOST on this machine only.");

    public static final Setting GRPC_LISTEN = key(
            "grpc.listen",
            TEXT,
            "",
            "--grpc",
            "HOST:PORT where alerts are offered over gRPC, with mutual TLS; Falco's port is 5060.");
    public static final Setting GRPC_CERTIFICATE =
            key("grpc.certificate", FILE, "", "--grpc-cert", "The gRPC server's certificate chain (PEM).");
    public static final Setting GRPC_KEY =
            key("grpc.key", SECRET_FILE, "", "--grpc-key", "Its key (PEM, PKCS #8), which others may not read.");
    public static final Setting GRPC_CA =
            key("grpc.ca", FILE, "", "--grpc-ca", "Who signs clients' certificates (PEM).");
    public static final Setting GRPC_ALLOW = key(
            "grpc.allow",
            TEXTS,
            "",
            "--grpc-allow",
            "Names, or *.NAME, of which a client's certificate has to carry one; else any.");
    public static final Setting GRPC_SOCKET = key(
            "grpc.socket",
            FILE,
            "",
            "--grpc-socket",
            "Offer alerts over gRPC on this Unix socket, to its owner and group.");

    public static final Setting SPOOL_FOLDER = key(
            "spool.folder",
            FILE,
            "",
            "--spool",
            "Folder that keeps alerts until they are delivered; with a delivery address else /var/lib/tiercel/spool, not as"
                    + " root ~/.local/state/tiercel/spool.");
    public static final Setting SPOOL_MAX_BYTES = key(
            "spool.max_bytes",
            new Type.Number(1 << 20, 1L << 40, "bytes"),
            "268435456",
            "--spool-max-bytes",
            "Most bytes that are kept; beyond it the oldest alerts of the least urgent priority go, counted.");
    public static final Setting SPOOL_SYNC = key(
            "spool.sync",
            choice("within_200_ms", "each_append"),
            "within_200_ms",
            "--spool-sync",
            "When alerts in the spool are forced to the disk, safe from a loss of power.");
    public static final Setting AGGREGATION_WINDOW_MS = key(
            "aggregation.window_ms",
            new Type.Number(0, 600_000, "ms"),
            "5000",
            "--aggregation-window",
            "How long identical alerts are counted before they are delivered as one alert; 0 disables aggregation.");
    public static final Setting DELIVERY_SERVER = key(
            "delivery.server",
            TEXT,
            "",
            "--server",
            "Deliver alerts in batches to this address and /alerts: https, or http on this machine.");

    public static final Setting DELIVERY_CA = key(
            "delivery.ca",
            FILE,
            "",
            "--delivery-ca",
            "PEM file of the certificates that are trusted there; else those of the Java runtime.");
    public static final Setting DELIVERY_CERTIFICATE = key(
            "delivery.certificate",
            FILE,
            "",
            "--delivery-certificate",
            "PEM file of the sensor's own certificate for that address, for mutual TLS.");
    public static final Setting DELIVERY_KEY = key(
            "delivery.key",
            SECRET_FILE,
            "",
            "--delivery-key",
            "PEM file of the key to that certificate, PKCS #8, not encrypted.");
    public static final Setting DELIVERY_AUTHORIZATION = key(
            "delivery.authorization",
            new Type.Secret(),
            "",
            "--delivery-authorization",
            "What is sent there as the header Authorization, e.g. Bearer and a token; only by the environment.");
    public static final Setting DELIVERY_AUTHORIZATION_FILE = key(
            "delivery.authorization_file",
            SECRET_FILE,
            "",
            "--delivery-authorization-file",
            "File whose content is sent there as the header Authorization.");
    public static final Setting SQS_QUEUE_URL = key(
            "delivery.sqs.queue_url",
            TEXT,
            "",
            "--sqs",
            "Deliver alerts to this queue of Amazon SQS instead, e.g. https://sqs.eu-west-1.amazonaws.com/111122223333/alerts;"
                    + " credentials are found as the AWS SDK does.");
    public static final Setting SQS_REGION =
            key("delivery.sqs.region", TEXT, "", "--sqs-region", "The queue's region, if its address does not say it.");
    public static final Setting SQS_ENDPOINT = key(
            "delivery.sqs.endpoint",
            TEXT,
            "",
            "--sqs-endpoint",
            "The server that is called; else the one in the queue's address.");

    public static final Setting CONSOLE_ENABLED = key(
            "outputs.console.enabled", SWITCH, "true", "--outputs-console-enabled", "Print alerts on standard output.");
    public static final Setting CONSOLE_FORMAT = key(
            "outputs.console.format",
            choice("auto", "text", "json"),
            "auto",
            "--output",
            "How alerts are printed; auto is text on a terminal and else JSON.");

    public static final Setting FILE_PATH =
            key("outputs.file.path", FILE, "", "--outputs-file-path", "Append alerts to this file.");
    public static final Setting FILE_FORMAT =
            key("outputs.file.format", FORM, "json", "--outputs-file-format", "How alerts are written to the file.");
    public static final Setting FILE_ROTATE_BYTES = key(
            "outputs.file.rotate_bytes",
            new Type.Number(0, 1L << 40, "bytes"),
            "104857600",
            "--outputs-file-rotate-bytes",
            "Size at which the file becomes NAME.1; 0 for never. SIGUSR1 has it opened anew.");
    public static final Setting FILE_KEEP = key(
            "outputs.file.keep",
            new Type.Number(1, 100, "files"),
            "5",
            "--outputs-file-keep",
            "Older files that are kept.");
    public static final Setting FILE_QUEUE = queue("file");

    public static final Setting SYSLOG_ADDRESS = key(
            "outputs.syslog.address",
            TEXT,
            "",
            "--outputs-syslog-address",
            "Send alerts to a system log: /dev/log, udp://HOST:514 or tcp://HOST:601.");
    public static final Setting SYSLOG_FORMAT =
            key("outputs.syslog.format", FORM, "text", "--outputs-syslog-format", "How alerts are written to the log.");
    public static final Setting SYSLOG_FACILITY = key(
            "outputs.syslog.facility",
            new Type.Number(0, 23, ""),
            "1",
            "--outputs-syslog-facility",
            "RFC 5424's number of the facility, e.g. 1 for user, 4 for auth, 16 for local0.");
    public static final Setting SYSLOG_QUEUE = queue("syslog");

    public static final Setting HTTP_URL = key(
            "outputs.http.url",
            TEXT,
            "",
            "--outputs-http-url",
            "Post each alert to this address, as Falco does; falcosidekick takes it.");
    public static final Setting HTTP_FORMAT =
            key("outputs.http.format", FORM, "json", "--outputs-http-format", "How alerts are written.");
    public static final Setting HTTP_TIMEOUT_MS = key(
            "outputs.http.timeout_ms",
            new Type.Number(100, 60_000, "ms"),
            "5000",
            "--outputs-http-timeout-ms",
            "Longest wait for an answer.");
    public static final Setting HTTP_ALLOW_PLAIN = key(
            "outputs.http.allow_plain",
            SWITCH,
            "false",
            "--outputs-http-allow-plain",
            "Whether http, without TLS, is taken for other machines as well.");
    public static final Setting HTTP_CA = key(
            "outputs.http.ca",
            FILE,
            "",
            "--outputs-http-ca",
            "PEM file of the certificates that are trusted; else those of the Java runtime.");
    public static final Setting HTTP_CERTIFICATE = key(
            "outputs.http.certificate",
            FILE,
            "",
            "--outputs-http-certificate",
            "PEM file of the sensor's own certificate, for mutual TLS.");
    public static final Setting HTTP_KEY = key(
            "outputs.http.key",
            SECRET_FILE,
            "",
            "--outputs-http-key",
            "PEM file of the key to that certificate, PKCS #8, not encrypted.");
    public static final Setting HTTP_AUTHORIZATION = key(
            "outputs.http.authorization",
            new Type.Secret(),
            "",
            "--outputs-http-authorization",
            "What is sent as the header Authorization; only by the environment.");
    public static final Setting HTTP_AUTHORIZATION_FILE = key(
            "outputs.http.authorization_file",
            SECRET_FILE,
            "",
            "--outputs-http-authorization-file",
            "File whose content is sent as the header Authorization.");
    public static final Setting HTTP_QUEUE = queue("http");

    public static final Setting PROGRAM_COMMAND = key(
            "outputs.program.command",
            TEXTS,
            "",
            "--outputs-program-command",
            "Write alerts to the standard input of this program, which is kept running: its name, then its words.");
    public static final Setting PROGRAM_FORMAT = key(
            "outputs.program.format",
            FORM,
            "json",
            "--outputs-program-format",
            "How alerts are written to the program.");
    public static final Setting PROGRAM_QUEUE = queue("program");

    /** In the order of the file. */
    public static final List<Setting> ALL = List.of(
            HOSTNAME,
            LOG_FORMAT,
            RULES_FILES,
            RULES_MATCHING,
            RULES_PRIORITY,
            RULES_NAMES,
            RULES_PREFILTER,
            RULES_APPEND_OUTPUT,
            CAPTURE_RING_MIB,
            CONTAINERS_RUNTIMES,
            CONTAINERS_WAIT_MS,
            SPOOL_FOLDER,
            SPOOL_MAX_BYTES,
            SPOOL_SYNC,
            AGGREGATION_WINDOW_MS,
            DELIVERY_SERVER,
            DELIVERY_CA,
            DELIVERY_CERTIFICATE,
            DELIVERY_KEY,
            DELIVERY_AUTHORIZATION,
            DELIVERY_AUTHORIZATION_FILE,
            SQS_QUEUE_URL,
            SQS_REGION,
            SQS_ENDPOINT,
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
            METRICS_LISTEN);

    static final Map<String, Setting> BY_PATH =
            ALL.stream().collect(Collectors.toMap(Setting::path, Function.identity()));
    static final Map<String, Setting> BY_VARIABLE =
            ALL.stream().collect(Collectors.toMap(Setting::variable, Function.identity()));

    private Settings() {}

    private static Setting key(String path, Type type, String standard, String flag, String description) {
        return new Setting(path, type, standard, flag, description);
    }

    private static Setting queue(String output) {
        return key(
                "outputs." + output + ".queue",
                QUEUE,
                "8192",
                "--outputs-" + output + "-queue",
                "Most alerts that wait for this output; beyond it the oldest go, counted.");
    }

    private static Type choice(String... words) {
        return new Type.Choice(List.of(words));
    }
}
