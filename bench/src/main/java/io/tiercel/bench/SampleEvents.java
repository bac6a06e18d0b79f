package io.tiercel.bench;

import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.match.IpAddressParser;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Events of a busy node with a web service in a container, its libraries, its logs and its database. */
final class SampleEvents {
    private final FieldTable table;

    SampleEvents(FieldTable table) {
        this.table = table;
    }

    /** Kinds of events that match no rule. */
    static final List<String> BENIGN_KINDS =
            List.of("library", "proc", "log", "temporary", "exec", "connect", "unlink", "close");

    Event benign(String kind) {
        return switch (kind) {
            case "library" -> opened("/usr/lib/x86_64-linux-gnu/libcrypto.so.3", false);
            case "proc" -> opened("/proc/4711/stat", false);
            case "log" -> opened("/var/log/shop/access.log", true);
            case "temporary" -> opened("/tmp/upload-5f2c9a", true);
            case "exec" -> exec();
            case "connect" -> connect();
            case "unlink" -> unlink();
            case "close" -> event("close", file("/var/log/shop/access.log"));
            default -> throw new IllegalArgumentException("unknown kind of event: " + kind);
        };
    }

    List<Event> benign() {
        return BENIGN_KINDS.stream().map(this::benign).toList();
    }

    /** Returns an event in which the password hashes are read. */
    Event suspicious() {
        Map<String, Object> fields = file("/etc/shadow");
        open(fields, false);
        fields.put("proc.name", "cat");
        fields.put("proc.exe", "cat");
        fields.put("proc.exepath", "/usr/bin/cat");
        fields.put("proc.cmdline", "cat /etc/shadow");
        return event("openat", fields);
    }

    private Event event(String type, Map<String, Object> fields) {
        Map<String, Object> all = process();
        all.putAll(fields);
        return new FixedEvent(table, type, all);
    }

    private static Map<String, Object> process() {
        Map<String, Object> fields = new HashMap<>();
        List<String> ancestors = List.of("node", "containerd-shim", "systemd");
        for (int i = 0; i < ancestors.size(); i++) {
            fields.put("proc.aname[" + (i + 1) + "]", ancestors.get(i));
        }
        fields.put("proc.aname", ancestors);
        fields.put("proc.name", "node");
        fields.put("proc.pname", "node");
        fields.put("proc.sname", "node");
        fields.put("proc.exe", "node");
        fields.put("proc.pexe", "node");
        fields.put("proc.exepath", "/usr/local/bin/node");
        fields.put("proc.pexepath", "/usr/local/bin/node");
        fields.put("proc.cmdline", "node --max-old-space-size=512 /srv/shop/server.js");
        fields.put("proc.pcmdline", "node /srv/shop/cluster.js");
        fields.put("proc.args", "--max-old-space-size=512 /srv/shop/server.js");
        fields.put("proc.cwd", "/srv/shop/");
        fields.put("proc.tty", 0L);
        fields.put("proc.pid", 4711L);
        fields.put("proc.vpid", 17L);
        fields.put("proc.is_exe_upper_layer", 0L);
        fields.put("proc.is_exe_from_memfd", 0L);
        fields.put("proc.is_vpgid_leader", 0L);
        fields.put("proc.duration", 86_400_000_000_000L);
        fields.put("thread.cap_permitted", "");
        fields.put("thread.cap_effective", "");
        fields.put("user.uid", 1000L);
        fields.put("user.name", "node");
        fields.put("user.loginuid", -1L);
        fields.put("user.loginname", "");
        fields.put("group.gid", 1000L);
        fields.put("group.name", "node");
        fields.put("container.id", "3ad7b26ded6d");
        fields.put("container.name", "shop");
        fields.put("container.image.repository", "registry.example.com/shop/server");
        fields.put("container.image.tag", "1.24.3");
        fields.put("container.privileged", 0L);
        fields.put("k8s.ns.name", "shop");
        fields.put("k8s.pod.name", "shop-7d9c5b6f4-x2x9k");
        fields.put("evt.num", 1L);
        fields.put("evt.res", "SUCCESS");
        fields.put("evt.rawres", 23L);
        fields.put("evt.failed", 0L);
        fields.put("evt.args", "res=23");
        for (String kind : List.of("read", "write", "exec", "create")) {
            fields.put("evt.is_open_" + kind, 0L);
        }
        return fields;
    }

    private static Map<String, Object> file(String path) {
        Map<String, Object> fields = new HashMap<>();
        int slash = path.lastIndexOf('/');
        fields.put("fd.name", path);
        fields.put("fd.nameraw", path);
        fields.put("fd.directory", path.substring(0, slash));
        fields.put("fd.filename", path.substring(slash + 1));
        fields.put("fd.num", 23L);
        fields.put("fd.type", "file");
        fields.put("fd.typechar", "f");
        return fields;
    }

    private static void open(Map<String, Object> fields, boolean write) {
        fields.put(write ? "evt.is_open_write" : "evt.is_open_read", 1L);
        fields.put("evt.arg.flags", write ? "O_WRONLY|O_APPEND|O_CREAT|O_CLOEXEC" : "O_RDONLY|O_CLOEXEC");
        fields.put("evt.arg.name", fields.get("fd.name"));
    }

    private Event opened(String path, boolean write) {
        Map<String, Object> fields = file(path);
        open(fields, write);
        return event("openat", fields);
    }

    private Event exec() {
        Map<String, Object> fields = new HashMap<>();
        fields.put("proc.name", "convert");
        fields.put("proc.exe", "/usr/bin/convert");
        fields.put("proc.exepath", "/usr/bin/convert");
        fields.put("proc.cmdline", "convert /tmp/upload-5f2c9a -resize 800x600 /srv/shop/static/5f2c9a.jpg");
        fields.put("proc.args", "/tmp/upload-5f2c9a -resize 800x600 /srv/shop/static/5f2c9a.jpg");
        return event("execve", fields);
    }

    private Event connect() {
        InetAddress client = Objects.requireNonNull(IpAddressParser.parse("10.20.3.4"));
        InetAddress server = Objects.requireNonNull(IpAddressParser.parse("10.20.8.15"));
        Map<String, Object> fields = new HashMap<>();
        fields.put("fd.name", "10.20.3.4:41022->10.20.8.15:5432");
        fields.put("fd.num", 24L);
        fields.put("fd.type", "ipv4");
        fields.put("fd.typechar", "4");
        fields.put("fd.l4proto", "tcp");
        fields.put("fd.sockfamily", "ip");
        fields.put("fd.connected", 1L);
        fields.put("fd.name_changed", 1L);
        fields.put("fd.ip", List.of(client, server));
        fields.put("fd.net", List.of(client, server));
        fields.put("fd.port", List.of(41_022L, 5432L));
        for (String local : List.of("c", "l")) {
            fields.put("fd." + local + "ip", client);
            fields.put("fd." + local + "net", client);
            fields.put("fd." + local + "port", 41_022L);
        }
        for (String remote : List.of("s", "r")) {
            fields.put("fd." + remote + "ip", server);
            fields.put("fd." + remote + "net", server);
            fields.put("fd." + remote + "port", 5432L);
        }
        return event("connect", fields);
    }

    private Event unlink() {
        Map<String, Object> fields = new HashMap<>();
        fields.put("evt.arg.name", "/tmp/upload-5f2c9a");
        fields.put("evt.arg.path", "/tmp/upload-5f2c9a");
        fields.put("fs.path.name", "/tmp/upload-5f2c9a");
        return event("unlinkat", fields);
    }
}
