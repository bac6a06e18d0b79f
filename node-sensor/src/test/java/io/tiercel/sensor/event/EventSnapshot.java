package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.fields.FileNameKind;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A copy of the field values of an event, as text by field name. Absent fields are missing. */
record EventSnapshot(Map<String, String> values) {
    /** The key of the kernel's name of the file, if it differs. */
    static final String KERNEL_NAME = "fd.name for the kernel";

    private static final List<FieldRef> ALL = Arrays.stream(
                    ("evt.type evt.num evt.rawtime evt.reltime evt.deltatime evt.res evt.rawres evt.failed evt.args"
                                    + " evt.category evt.is_open_read evt.is_open_write evt.is_open_exec evt.is_open_create"
                                    + " evt.abspath evt.arg.name evt.arg.path evt.arg.flags evt.arg.oldpath evt.arg.newpath"
                                    + " evt.arg.filename evt.arg.mode evt.arg.res evt.arg.fd evt.arg.addr evt.arg.tuple evt.arg[0]"
                                    + " evt.arg.uid evt.rawarg.flags evt.abspath.src evt.abspath.dst evt.hostname evt.arg.sig"
                                    + " evt.arg.ret fd.num fd.type fd.typechar fd.name fd.nameraw fd.directory fd.filename fd.ino"
                                    + " fd.dev fd.cip fd.sip fd.lip fd.rip fd.cport fd.sport fd.lport fd.rport fd.ip fd.port"
                                    + " fd.net fd.l4proto fd.sockfamily fd.connected fd.name_changed fd.is_server fd.snet fd.rnet"
                                    + " fd.cip.name fd.sip.name proc.stdin.type proc.stdin.name proc.stdout.type fd.sproto"
                                    + " fd.lproto fd.proto evt.arg.linkpath evt.arg.target evt.arg.domain fd.is_upper_layer"
                                    + " fd.is_lower_layer evt.buffer evt.buflen evt.io_dir evt.is_io_read evt.is_io_write"
                                    + " evt.rawarg.fd evt.rawarg.domain fs.path.name fs.path.nameraw fs.path.source fs.path.target"
                                    + " proc.pid proc.vpid proc.ppid proc.name proc.pname proc.aname[1] proc.aname[2]"
                                    + " proc.aname[3] proc.aname proc.apid[1] proc.apid proc.cmdline proc.pcmdline"
                                    + " proc.acmdline[2] proc.exeline proc.exe proc.pexe proc.exepath proc.pexepath"
                                    + " proc.aexepath[2] proc.args proc.args[0] proc.cwd proc.env proc.env[TIERCEL_TEST]"
                                    + " proc.env[LD_PRELOAD] proc.env[LD_AUDIT] proc.env.truncated proc.args.truncated"
                                    + " proc.aenv[TIERCEL_TEST] proc.tty proc.sid proc.sname proc.vpgid proc.pgid"
                                    + " proc.is_sid_leader proc.is_vpgid_leader proc.fdlimit proc.duration proc.pid.ts"
                                    + " proc.exe_ino proc.exe_ino.ctime proc.exe_ino.mtime proc.exe_ino.ctime_duration_proc_start"
                                    + " proc.is_exe_writable proc.is_exe_upper_layer proc.is_exe_from_memfd proc.loginshellid"
                                    + " proc.cmdnargs proc.cmdlenargs thread.tid thread.ismain thread.cap_effective"
                                    + " thread.cap_permitted user.uid user.name user.loginuid user.loginname user.homedir"
                                    + " user.shell group.gid group.name container.id container.full_id container.name"
                                    + " container.image.repository container.privileged container.image container.image.id"
                                    + " container.image.tag container.image.digest container.type container.mounts"
                                    + " container.mount[0] container.mount.source[/certs] container.mount.dest[/etc*]"
                                    + " container.mount.dest[/none] container.mount.mode[1] container.mount.rdwr[1]"
                                    + " container.mount.propagation[1] container.label[io.kubernetes.pod.uid] container.labels"
                                    + " container.ip container.cni.json container.start_ts container.duration container.host_pid"
                                    + " container.host_network container.host_ipc k8s.ns.name k8s.pod.name k8s.pod.id k8s.pod.uid"
                                    + " k8s.pod.sandbox_id k8s.pod.full_sandbox_id k8s.pod.label[app] k8s.pod.labels k8s.pod.ip"
                                    + " proc.exepath.truncated proc.exepath.given fd.name.truncated fs.path.truncated"
                                    + " k8s.pod.cni.json evt.asynctype evt.is_async evt.arg.json syscall.type")
                            .split(" "))
            .map(EventSnapshot::ref)
            .toList();

    static EventSnapshot of(Event event) {
        Map<String, String> values = new LinkedHashMap<>();
        for (FieldRef ref : ALL) {
            if (event.has(ref)) {
                values.put(ref.text(), value(event, ref));
            }
        }
        if (event instanceof FileEvent file && file.hasName(FileNameKind.KERNEL)) {
            file.selectName(FileNameKind.KERNEL);
            values.put(KERNEL_NAME, text(file.text(ref("fd.name"))));
            file.selectName(FileNameKind.GIVEN);
        }
        return new EventSnapshot(values);
    }

    /** Parses a field reference as in a rule. */
    static FieldRef ref(String text) {
        int bracket = text.indexOf('[');
        if (bracket > 0) {
            String argument = text.substring(bracket + 1, text.length() - 1);
            Field field = field(text.substring(0, bracket));
            return argument.matches("[0-9]+")
                    ? new FieldRef(field, Integer.parseInt(argument), null, 0)
                    : new FieldRef(field, -1, argument, 0);
        }
        Field field = Field.byName(text);
        if (field != null) {
            return new FieldRef(field, -1, null, 0);
        }
        int dot = text.lastIndexOf('.');
        return new FieldRef(field(text.substring(0, dot)), -1, text.substring(dot + 1), 0);
    }

    String get(String field) {
        return values.getOrDefault(field, "(absent)");
    }

    boolean is(String field, String value) {
        return get(field).equals(value);
    }

    private static Field field(String name) {
        Field field = Field.byName(name);
        if (field == null) {
            throw new IllegalArgumentException("unknown field " + name);
        }
        return field;
    }

    private static String value(Event event, FieldRef ref) {
        List<?> list = event.list(ref);
        if (list != null) {
            return list.stream().map(EventSnapshot::text).collect(Collectors.joining(" < "));
        }
        return switch (ref.field().type()) {
            case TEXT, PATH, BYTES -> text(event.text(ref));
            case ADDRESS, NETWORK -> text(event.address(ref));
            default -> Long.toString(event.number(ref));
        };
    }

    private static String text(@Nullable Object value) {
        return value instanceof InetAddress address ? address.getHostAddress() : String.valueOf(value);
    }
}
