package io.tiercel.rules.field;

import static io.tiercel.rules.field.ArgumentKind.*;
import static io.tiercel.rules.field.FieldTrait.*;
import static io.tiercel.rules.field.FieldType.*;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of all fields. Checking, printing and event decoding depend on it.
 *
 * <p>Names, types and meanings are those of Falco 0.44 (engine 0.63.0) with its container plugin. Fields about trusted programs and
 * about the programs that led to a process are Tiercel's own. The table includes
 * fields that no event supplies. Rules that use such fields load, but the fields are always absent.
 */
public enum Field {
    CONTAINER_ID("container.id", TEXT, "First 12 characters of the container id; `host` outside containers"),
    CONTAINER_FULL_ID("container.full_id", TEXT, "Full container id"),
    CONTAINER_NAME("container.name", TEXT, "Container name; `host` outside containers"),
    CONTAINER_IMAGE("container.image", TEXT, "Image name as requested from the runtime"),
    CONTAINER_IMAGE_ID("container.image.id", TEXT, "Image id"),
    CONTAINER_IMAGE_REPOSITORY(
            "container.image.repository",
            TEXT,
            "Image name with registry, without tag and digest; empty outside containers"),
    CONTAINER_IMAGE_TAG("container.image.tag", TEXT, "Image tag; empty outside containers"),
    CONTAINER_IMAGE_DIGEST("container.image.digest", TEXT, "Image digest"),
    CONTAINER_TYPE("container.type", TEXT, "Type of the container runtime"),
    CONTAINER_PRIVILEGED("container.privileged", BOOLEAN, "Whether the container runs privileged"),
    CONTAINER_MOUNTS("container.mounts", TEXT, "All mounts as source:dest:mode:rdwr:propagation, separated by commas"),
    CONTAINER_MOUNT("container.mount", TEXT, INDEX_OR_KEY, "One mount, selected by index or by a glob on the source"),
    CONTAINER_MOUNT_SOURCE(
            "container.mount.source",
            TEXT,
            INDEX_OR_KEY,
            "Source of a mount, selected by index or by a glob on the destination"),
    CONTAINER_MOUNT_DEST(
            "container.mount.dest",
            TEXT,
            INDEX_OR_KEY,
            "Destination of a mount, selected by index or by a glob on the source"),
    CONTAINER_MOUNT_MODE("container.mount.mode", TEXT, INDEX_OR_KEY, "Mode of a mount"),
    CONTAINER_MOUNT_RDWR("container.mount.rdwr", TEXT, INDEX_OR_KEY, "Whether a mount is writable"),
    CONTAINER_MOUNT_PROPAGATION("container.mount.propagation", TEXT, INDEX_OR_KEY, "Propagation of a mount"),
    CONTAINER_LABEL("container.label", TEXT, REQUIRED_KEY, "Value of a container label"),
    CONTAINER_LABELS("container.labels", TEXT, "All container labels as key:value, separated by commas"),
    CONTAINER_IP("container.ip", TEXT, "IP address of the container"),
    CONTAINER_CNI_JSON("container.cni.json", TEXT, "CNI result of the container, as reported by the runtime"),
    CONTAINER_START_TS(
            "container.start_ts", TIME, "Start time of the init process in the PID namespace of the container"),
    CONTAINER_DURATION("container.duration", TIME, "Time since the container started"),
    CONTAINER_HOST_PID("container.host_pid", BOOLEAN, "Whether the container uses the PID namespace of the host"),
    CONTAINER_HOST_NETWORK(
            "container.host_network", BOOLEAN, "Whether the container uses the network namespace of the host"),
    CONTAINER_HOST_IPC("container.host_ipc", BOOLEAN, "Whether the container uses the IPC namespace of the host"),
    CONTAINER_HEALTHCHECK("container.healthcheck", TEXT, "Always absent; accepted for compatibility with old rules"),
    CONTAINER_LIVENESS_PROBE(
            "container.liveness_probe", TEXT, "Always absent; accepted for compatibility with old rules"),
    CONTAINER_READINESS_PROBE(
            "container.readiness_probe", TEXT, "Always absent; accepted for compatibility with old rules"),
    EVT_NUM("evt.num", UINT64, "Sequence number of the event, from 1"),
    EVT_TIME("evt.time", TEXT, "Local time of the event with nanoseconds", EVENT_TIME),
    EVT_TIME_S("evt.time.s", TEXT, "Local time of the event in whole seconds", EVENT_TIME),
    EVT_TIME_ISO8601("evt.time.iso8601", TEXT, "Time of the event in UTC, ISO 8601", EVENT_TIME),
    EVT_DATETIME("evt.datetime", TEXT, "Local date and time of the event with nanoseconds", EVENT_TIME),
    EVT_DATETIME_S("evt.datetime.s", TEXT, "Local date and time of the event in whole seconds", EVENT_TIME),
    EVT_RAWTIME("evt.rawtime", TIME, "Time of the event in nanoseconds since the epoch"),
    EVT_RAWTIME_S("evt.rawtime.s", TIME, "Seconds part of evt.rawtime"),
    EVT_RAWTIME_NS("evt.rawtime.ns", TIME, "Nanoseconds part of evt.rawtime", NINE_DIGITS),
    EVT_RELTIME("evt.reltime", TIME, "Nanoseconds since the first event"),
    EVT_RELTIME_S("evt.reltime.s", TIME, "Seconds part of evt.reltime"),
    EVT_RELTIME_NS("evt.reltime.ns", TIME, "Nanoseconds part of evt.reltime", NINE_DIGITS),
    EVT_DELTATIME("evt.deltatime", TIME, "Nanoseconds since the previous event"),
    EVT_DELTATIME_S("evt.deltatime.s", TIME, "Seconds part of evt.deltatime"),
    EVT_DELTATIME_NS("evt.deltatime.ns", TIME, "Nanoseconds part of evt.deltatime", NINE_DIGITS),
    EVT_HOSTNAME("evt.hostname", TEXT, "Host name"),
    EVT_SOURCE("evt.source", TEXT, "Event source, such as syscall"),
    EVT_TYPE("evt.type", TEXT, "Event type; the system call name for system calls"),
    EVT_TYPE_IS("evt.type.is", UINT32, ONLY_NAME, "1 if the event has the appended type, otherwise 0"),
    SYSCALL_TYPE("syscall.type", TEXT, "Same as evt.type, but absent for events other than system calls"),
    EVT_CATEGORY(
            "evt.category",
            TEXT,
            "Event category: file, net, process, IPC, memory, signal, user, system, time, wait, sleep or other"),
    EVT_CPU("evt.cpu", INT64, "CPU number"),
    EVT_DIR("evt.dir", TEXT, "Always <, because only completed system calls are events", DEPRECATED),
    EVT_ARGS("evt.args", TEXT, "All parameters as name=value, separated by spaces"),
    EVT_INFO("evt.info", TEXT, "Same as evt.args"),
    EVT_ARG("evt.arg", TEXT, NAME, "One parameter as text, resolved where possible, by name or index"),
    EVT_RAWARG(
            "evt.rawarg",
            INT64,
            ONLY_NAME,
            "Raw value of one parameter, by name; it has the type of the parameter",
            NO_RIGHT_SIDE,
            NO_TRANSFORMER),
    EVT_BUFFER("evt.buffer", BYTES, "First bytes of the data of an I/O event"),
    EVT_BUFLEN("evt.buflen", UINT64, "Length of the data of an I/O event"),
    EVT_RES("evt.res", TEXT, "SUCCESS or the error name"),
    EVT_RAWRES("evt.rawres", INT64, "Return value of the system call"),
    EVT_FAILED("evt.failed", BOOLEAN, "Whether the return value is negative"),
    EVT_COUNT("evt.count", UINT32, "Always 1"),
    EVT_IS_ASYNC("evt.is_async", BOOLEAN, "Whether a plugin generated the event asynchronously"),
    EVT_ASYNCTYPE("evt.asynctype", TEXT, "Name of an asynchronous event"),
    EVT_PLUGINNAME("evt.pluginname", TEXT, "Plugin that generated the event"),
    EVT_PLUGININFO("evt.plugininfo", TEXT, "Description of the event by the plugin"),
    EVT_IS_IO("evt.is_io", BOOLEAN, "Whether the event reads or writes through an fd"),
    EVT_IS_IO_READ("evt.is_io_read", BOOLEAN, "Whether the event reads through an fd"),
    EVT_IS_IO_WRITE("evt.is_io_write", BOOLEAN, "Whether the event writes through an fd"),
    EVT_IO_DIR("evt.io_dir", TEXT, "read or write for I/O events"),
    EVT_IS_WAIT("evt.is_wait", BOOLEAN, "Whether the event makes its thread wait"),
    EVT_IS_SYSLOG("evt.is_syslog", BOOLEAN, "Whether the event writes to /dev/log"),
    EVT_IS_OPEN_READ(
            "evt.is_open_read", BOOLEAN, "Whether the event opens a file with read access; false for all other events"),
    EVT_IS_OPEN_WRITE(
            "evt.is_open_write",
            BOOLEAN,
            "Whether the event opens a file with write access; false for all other events"),
    EVT_IS_OPEN_EXEC(
            "evt.is_open_exec", BOOLEAN, "Whether the event can create an executable file; false for all other events"),
    EVT_IS_OPEN_CREATE("evt.is_open_create", BOOLEAN, "Whether the event created a file"),
    EVT_ARGS_CHANGED(
            "evt.args.changed",
            BOOLEAN,
            "Whether another thread changed the arguments of the syscall in memory during the call"),
    EVT_FILE_REPLACED(
            "evt.file.replaced",
            BOOLEAN,
            "Whether another thread used the new fd of an open before the open ended, so that fd.name may be the name of another file"),
    EVT_ABSPATH(
            "evt.abspath",
            TEXT,
            OPTIONAL_NAME,
            "Absolute path from dirfd and path; .src and .dst for events with two paths"),
    EVT_LATENCY("evt.latency", TIME, "Always 0", DEPRECATED),
    EVT_LATENCY_S("evt.latency.s", TIME, "Always 0", DEPRECATED),
    EVT_LATENCY_NS("evt.latency.ns", TIME, "Always 0", DEPRECATED),
    EVT_LATENCY_HUMAN("evt.latency.human", TEXT, "Always 0ns", DEPRECATED),
    EVT_WAIT_LATENCY("evt.wait_latency", TIME, "Always 0", DEPRECATED),
    FD_NUM("fd.num", INT64, "Number of the fd of the event; -1 for a failed open"),
    FD_TYPE("fd.type", TEXT, "Type of the fd, such as file, directory, ipv4, ipv6, unix, pipe or event"),
    FD_TYPES(
            "fd.types",
            TEXT,
            INDEX,
            true,
            "Types of all open fds of the process without duplicates, or of the fd with a number",
            NO_RIGHT_SIDE),
    FD_TYPECHAR("fd.typechar", TEXT, "Type of the fd as one character"),
    FD_NAME("fd.name", TEXT, "Path of a file, or addresses and ports of a socket"),
    FD_NAMERAW("fd.nameraw", TEXT, "Path as passed by the program"),
    FD_NAME_TRUNCATED(
            "fd.name.truncated",
            BOOLEAN,
            "Whether a path of the fd lacks its beginning, because the file is too deep. The path then starts with \"...\""),
    FD_NAME_CHANGED("fd.name_changed", BOOLEAN, "Whether the event changed the name of the fd"),
    FD_DIRECTORY("fd.directory", TEXT, "Directory of fd.name"),
    FD_FILENAME("fd.filename", TEXT, "File name part of fd.name"),
    FD_IP("fd.ip", ADDRESS, "Address of either endpoint", FILTER_ONLY, EITHER_SIDE, NO_RIGHT_SIDE, NO_TRANSFORMER),
    FD_CIP("fd.cip", ADDRESS, "Client address"),
    FD_SIP("fd.sip", ADDRESS, "Server address"),
    FD_LIP("fd.lip", ADDRESS, "Local address"),
    FD_RIP("fd.rip", ADDRESS, "Remote address"),
    FD_NET("fd.net", NETWORK, "Network of either endpoint", FILTER_ONLY, EITHER_SIDE, NO_RIGHT_SIDE, NO_TRANSFORMER),
    FD_CNET("fd.cnet", NETWORK, "Network of the client", FILTER_ONLY, NO_RIGHT_SIDE, NO_TRANSFORMER),
    FD_SNET("fd.snet", NETWORK, "Network of the server", FILTER_ONLY, NO_RIGHT_SIDE, NO_TRANSFORMER),
    FD_LNET("fd.lnet", NETWORK, "Network of the local endpoint", FILTER_ONLY, NO_RIGHT_SIDE, NO_TRANSFORMER),
    FD_RNET("fd.rnet", NETWORK, "Network of the remote endpoint", FILTER_ONLY, NO_RIGHT_SIDE, NO_TRANSFORMER),
    FD_PORT("fd.port", PORT, "Port of either endpoint", FILTER_ONLY, EITHER_SIDE, NO_RIGHT_SIDE, NO_TRANSFORMER),
    FD_CPORT("fd.cport", PORT, "Client port"),
    FD_SPORT("fd.sport", PORT, "Server port"),
    FD_LPORT("fd.lport", PORT, "Local port"),
    FD_RPORT("fd.rport", PORT, "Remote port"),
    FD_PROTO(
            "fd.proto",
            PORT,
            "Service name of the port of either endpoint",
            FILTER_ONLY,
            EITHER_SIDE,
            NO_RIGHT_SIDE,
            NO_TRANSFORMER),
    FD_CPROTO("fd.cproto", TEXT, "Service name of the client port"),
    FD_SPROTO("fd.sproto", TEXT, "Service name of the server port"),
    FD_LPROTO("fd.lproto", TEXT, "Service name of the local port"),
    FD_RPROTO("fd.rproto", TEXT, "Service name of the remote port"),
    FD_CIP_NAME("fd.cip.name", TEXT, "Host name of the client", NO_RIGHT_SIDE, NO_TRANSFORMER, HOST_NAME),
    FD_SIP_NAME("fd.sip.name", TEXT, "Host name of the server", NO_RIGHT_SIDE, NO_TRANSFORMER, HOST_NAME),
    FD_LIP_NAME("fd.lip.name", TEXT, "Host name of the local endpoint", NO_RIGHT_SIDE, NO_TRANSFORMER, HOST_NAME),
    FD_RIP_NAME("fd.rip.name", TEXT, "Host name of the remote endpoint", NO_RIGHT_SIDE, NO_TRANSFORMER, HOST_NAME),
    FD_L4PROTO("fd.l4proto", TEXT, "Transport protocol: tcp, udp, icmp or raw"),
    FD_SOCKFAMILY("fd.sockfamily", TEXT, "ip or unix"),
    FD_IS_SERVER("fd.is_server", BOOLEAN, "Whether the process is the server side of the socket"),
    FD_CONNECTED("fd.connected", BOOLEAN, "Whether the socket is connected"),
    FD_UID("fd.uid", TEXT, "Concatenation of thread id and fd number"),
    FD_CONTAINERNAME("fd.containername", TEXT, "Container id and fd.name, separated by a colon"),
    FD_CONTAINERDIRECTORY("fd.containerdirectory", TEXT, "Container id and fd.directory, separated by a colon"),
    FD_DEV("fd.dev", INT64, "Device of the file", HEX),
    FD_DEV_MAJOR("fd.dev.major", INT64, "Major number of the device"),
    FD_DEV_MINOR("fd.dev.minor", INT64, "Minor number of the device"),
    FD_INO("fd.ino", INT64, "Inode of the file"),
    FD_IS_UPPER_LAYER("fd.is_upper_layer", BOOLEAN, "Whether the file is in the upper layer of an overlay file system"),
    FD_IS_LOWER_LAYER("fd.is_lower_layer", BOOLEAN, "Whether the file is in a lower layer of an overlay file system"),
    FDLIST_NUMS("fdlist.nums", TEXT, "Numbers of the polled fds, separated by commas"),
    FDLIST_NAMES("fdlist.names", TEXT, "Names of the polled fds, separated by commas"),
    FDLIST_CIPS("fdlist.cips", TEXT, "Client addresses of the polled fds"),
    FDLIST_SIPS("fdlist.sips", TEXT, "Server addresses of the polled fds"),
    FDLIST_CPORTS("fdlist.cports", TEXT, "Client ports of the polled fds"),
    FDLIST_SPORTS("fdlist.sports", TEXT, "Server ports of the polled fds"),
    FS_PATH_NAME("fs.path.name", TEXT, "Path of a file system call, absolute and normalized"),
    FS_PATH_NAMERAW("fs.path.nameraw", TEXT, "Path of a file system call, as passed by the program"),
    FS_PATH_TRUNCATED(
            "fs.path.truncated",
            BOOLEAN,
            "Whether a path of a file system call lacks its beginning, because its folder is too deep"),
    FS_PATH_SOURCE("fs.path.source", TEXT, "Source of a rename, link, symlink or mount"),
    FS_PATH_SOURCERAW("fs.path.sourceraw", TEXT, "Source as passed by the program"),
    FS_PATH_TARGET("fs.path.target", TEXT, "Target of a rename, link, symlink or mount"),
    FS_PATH_TARGETRAW("fs.path.targetraw", TEXT, "Target as passed by the program"),
    GROUP_GID("group.gid", UINT32, "Effective group id"),
    GROUP_NAME("group.name", TEXT, "Effective group name"),
    K8S_NS_NAME("k8s.ns.name", TEXT, "Namespace of the pod"),
    K8S_POD_NAME("k8s.pod.name", TEXT, "Name of the pod"),
    K8S_POD_ID("k8s.pod.id", TEXT, "Same as k8s.pod.uid"),
    K8S_POD_UID("k8s.pod.uid", TEXT, "UID of the pod"),
    K8S_POD_SANDBOX_ID("k8s.pod.sandbox_id", TEXT, "First 12 characters of the sandbox id"),
    K8S_POD_FULL_SANDBOX_ID("k8s.pod.full_sandbox_id", TEXT, "Full sandbox id"),
    K8S_POD_LABEL("k8s.pod.label", TEXT, REQUIRED_KEY, "Value of a pod label"),
    K8S_POD_LABELS("k8s.pod.labels", TEXT, "All pod labels as key:value, separated by commas"),
    K8S_POD_IP("k8s.pod.ip", TEXT, "IP address of the pod"),
    K8S_POD_CNI_JSON("k8s.pod.cni.json", TEXT, "CNI result of the pod, as reported by the runtime"),
    K8S_RC_NAME("k8s.rc.name", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_RC_ID("k8s.rc.id", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_RC_LABEL("k8s.rc.label", TEXT, REQUIRED_KEY, "Always absent; accepted for compatibility with old rules"),
    K8S_RC_LABELS("k8s.rc.labels", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_SVC_NAME("k8s.svc.name", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_SVC_ID("k8s.svc.id", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_SVC_LABEL("k8s.svc.label", TEXT, REQUIRED_KEY, "Always absent; accepted for compatibility with old rules"),
    K8S_SVC_LABELS("k8s.svc.labels", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_RS_NAME("k8s.rs.name", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_RS_ID("k8s.rs.id", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_RS_LABEL("k8s.rs.label", TEXT, REQUIRED_KEY, "Always absent; accepted for compatibility with old rules"),
    K8S_RS_LABELS("k8s.rs.labels", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_DEPLOYMENT_NAME("k8s.deployment.name", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_DEPLOYMENT_ID("k8s.deployment.id", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_DEPLOYMENT_LABEL(
            "k8s.deployment.label", TEXT, REQUIRED_KEY, "Always absent; accepted for compatibility with old rules"),
    K8S_DEPLOYMENT_LABELS("k8s.deployment.labels", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_NS_ID("k8s.ns.id", TEXT, "Always absent; accepted for compatibility with old rules"),
    K8S_NS_LABEL("k8s.ns.label", TEXT, REQUIRED_KEY, "Always absent; accepted for compatibility with old rules"),
    K8S_NS_LABELS("k8s.ns.labels", TEXT, "Always absent; accepted for compatibility with old rules"),
    PROC_PID("proc.pid", INT64, "Process id"),
    PROC_VPID("proc.vpid", INT64, "Process id in the PID namespace of the process"),
    PROC_PPID("proc.ppid", INT64, "Process id of the parent"),
    PROC_PVPID("proc.pvpid", INT64, "Process id of the parent in the PID namespace of the parent"),
    PROC_APID("proc.apid", INT64, INDEX, "Process id of an ancestor", ANCESTORS, NO_RIGHT_SIDE, NO_TRANSFORMER),
    PROC_NAME("proc.name", TEXT, "Name of the process in the kernel, at most 15 bytes"),
    PROC_PNAME("proc.pname", TEXT, "Name of the parent"),
    PROC_SNAME("proc.sname", TEXT, "Name of the session leader"),
    PROC_ANAME("proc.aname", TEXT, INDEX, "Name of an ancestor", ANCESTORS, NO_RIGHT_SIDE, NO_TRANSFORMER),
    PROC_ONAME(
            "proc.oname",
            TEXT,
            INDEX,
            "Name of a program that led to this one, from 1: what the process and those that forked it ran before, also after they ended",
            ANCESTORS,
            NO_RIGHT_SIDE,
            NO_TRANSFORMER),
    PROC_TRUST(
            "proc.trust",
            TEXT,
            "Whose file the executable is: `host`, `image` or `none`, which includes files that others than root may have chosen"),
    PROC_PTRUST("proc.ptrust", TEXT, "Whose file the parent's executable is"),
    PROC_TRUSTED_NAME(
            "proc.trusted_name", TEXT, "File name of the executable if it is a file of the host or of the image"),
    PROC_TRUSTED_PNAME(
            "proc.trusted_pname",
            TEXT,
            "File name of the parent's executable if it is a file of the host or of the image"),
    PROC_TRUSTED_ANAME(
            "proc.trusted_aname",
            TEXT,
            INDEX,
            "File name of an ancestor's executable if it is a file of the host or of the image",
            ANCESTORS,
            NO_RIGHT_SIDE,
            NO_TRANSFORMER),
    PROC_EXE("proc.exe", TEXT, "First argument (argv[0]) as passed to exec"),
    PROC_PEXE("proc.pexe", TEXT, "First argument of the parent"),
    PROC_AEXE("proc.aexe", TEXT, INDEX, "First argument of an ancestor", ANCESTORS, NO_RIGHT_SIDE, NO_TRANSFORMER),
    PROC_EXEPATH("proc.exepath", TEXT, "Path of the executable file"),
    PROC_EXEPATH_TRUNCATED(
            "proc.exepath.truncated",
            BOOLEAN,
            "Whether proc.exepath lacks its beginning, because the file is too deep: more than 1024 folders or 4096 bytes."
                    + " The path then starts with \"...\""),
    PROC_EXEPATH_GIVEN(
            "proc.exepath.given",
            TEXT,
            "Path that was passed to exec, absolute and normalized, if proc.exepath is truncated; otherwise proc.exepath"),
    PROC_PEXEPATH("proc.pexepath", TEXT, "Path of the parent's executable file"),
    PROC_AEXEPATH(
            "proc.aexepath",
            TEXT,
            INDEX,
            "Path of an ancestor's executable file",
            ANCESTORS,
            NO_RIGHT_SIDE,
            NO_TRANSFORMER),
    PROC_CMDLINE("proc.cmdline", TEXT, "Process name and arguments, separated by spaces"),
    PROC_PCMDLINE("proc.pcmdline", TEXT, "Process name and arguments of the parent"),
    PROC_ACMDLINE(
            "proc.acmdline",
            TEXT,
            INDEX,
            "Process name and arguments of an ancestor",
            ANCESTORS,
            NO_RIGHT_SIDE,
            NO_TRANSFORMER),
    PROC_EXELINE("proc.exeline", TEXT, "All arguments including the first, separated by spaces"),
    PROC_ARGS("proc.args", TEXT, INDEX, "Arguments without the first, separated by spaces; or one argument"),
    PROC_AARGS("proc.aargs", TEXT, INDEX, "Arguments of an ancestor; without an index, of all ancestors"),
    PROC_CMDNARGS("proc.cmdnargs", UINT64, "Number of arguments"),
    PROC_CMDLENARGS("proc.cmdlenargs", UINT64, "Total length of the arguments"),
    PROC_ARGS_DROPPED(
            "proc.args.dropped",
            BOOLEAN,
            "True if the sensor dropped the arguments to save memory, so that fields with arguments are absent"),
    PROC_CWD("proc.cwd", TEXT, "Working directory with a trailing slash"),
    PROC_ENV("proc.env", TEXT, KEY, "All environment variables, separated by spaces; or the value of one"),
    PROC_ARGS_TRUNCATED(
            "proc.args.truncated",
            BOOLEAN,
            "Whether the arguments are longer than 4,096 bytes, so that proc.args lacks their end; not in Falco"),
    PROC_ENV_TRUNCATED(
            "proc.env.truncated",
            BOOLEAN,
            "Whether proc.env may lack LD_PRELOAD or LD_AUDIT, because the environment is too long; not in Falco"),
    PROC_AENV(
            "proc.aenv",
            TEXT,
            INDEX_OR_KEY,
            "Environment of an ancestor, or the first value of a variable among the ancestors",
            ANCESTORS,
            NO_RIGHT_SIDE,
            NO_TRANSFORMER),
    PROC_TTY("proc.tty", UINT32, "Number of the controlling terminal; 0 if there is none"),
    PROC_DURATION("proc.duration", TIME, "Time since the thread started"),
    PROC_PPID_DURATION("proc.ppid.duration", TIME, "Time since the parent started"),
    PROC_PID_TS("proc.pid.ts", TIME, "Start time of the process"),
    PROC_PPID_TS("proc.ppid.ts", TIME, "Start time of the parent"),
    PROC_SID("proc.sid", INT64, "Session id"),
    PROC_SID_EXE("proc.sid.exe", TEXT, "First argument of the session leader"),
    PROC_SID_EXEPATH("proc.sid.exepath", TEXT, "Path of the session leader's executable file"),
    PROC_VPGID("proc.vpgid", INT64, "Process group id in the PID namespace"),
    PROC_VPGID_EXE("proc.vpgid.exe", TEXT, "First argument of the process group leader"),
    PROC_VPGID_EXEPATH("proc.vpgid.exepath", TEXT, "Path of the process group leader's executable file"),
    PROC_VPGID_NAME("proc.vpgid.name", TEXT, "Name of the process group leader"),
    PROC_PGID("proc.pgid", INT64, "Process group id on the host"),
    PROC_PGID_EXE("proc.pgid.exe", TEXT, "First argument of the process group leader on the host"),
    PROC_PGID_EXEPATH("proc.pgid.exepath", TEXT, "Path of the executable file of the process group leader on the host"),
    PROC_PGID_NAME("proc.pgid.name", TEXT, "Name of the process group leader on the host"),
    PROC_IS_SID_LEADER("proc.is_sid_leader", BOOLEAN, "Whether the process is the session leader"),
    PROC_IS_VPGID_LEADER(
            "proc.is_vpgid_leader", BOOLEAN, "Whether the process is the process group leader in the PID namespace"),
    PROC_IS_PGID_LEADER("proc.is_pgid_leader", BOOLEAN, "Whether the process is the process group leader on the host"),
    PROC_IS_EXE_WRITABLE(
            "proc.is_exe_writable", BOOLEAN, "Whether the user of the process can write its executable file"),
    PROC_IS_EXE_UPPER_LAYER(
            "proc.is_exe_upper_layer",
            BOOLEAN,
            "Whether the executable file is in the upper layer of an overlay file system"),
    PROC_IS_EXE_LOWER_LAYER(
            "proc.is_exe_lower_layer",
            BOOLEAN,
            "Whether the executable file is in a lower layer of an overlay file system"),
    PROC_IS_EXE_FROM_MEMFD("proc.is_exe_from_memfd", BOOLEAN, "Whether the executable file is a memfd"),
    PROC_IS_CONTAINER_HEALTHCHECK(
            "proc.is_container_healthcheck", BOOLEAN, "Always absent; accepted for compatibility with old rules"),
    PROC_IS_CONTAINER_LIVENESS_PROBE(
            "proc.is_container_liveness_probe", BOOLEAN, "Always absent; accepted for compatibility with old rules"),
    PROC_IS_CONTAINER_READINESS_PROBE(
            "proc.is_container_readiness_probe", BOOLEAN, "Always absent; accepted for compatibility with old rules"),
    PROC_EXE_INO("proc.exe_ino", INT64, "Inode of the executable file"),
    PROC_EXE_INO_CTIME("proc.exe_ino.ctime", TIME, "Time of the last status change of the executable file"),
    PROC_EXE_INO_MTIME("proc.exe_ino.mtime", TIME, "Time of the last modification of the executable file"),
    PROC_EXE_INO_CTIME_DURATION_PROC_START(
            "proc.exe_ino.ctime_duration_proc_start", TIME, "Process start time minus proc.exe_ino.ctime"),
    PROC_EXE_INO_CTIME_DURATION_PIDNS_START(
            "proc.exe_ino.ctime_duration_pidns_start",
            TIME,
            "proc.exe_ino.ctime minus the start time of the PID namespace"),
    PROC_PIDNS_INIT_START_TS("proc.pidns_init_start_ts", TIME, "Start time of the init process in the PID namespace"),
    PROC_LOGINSHELLID("proc.loginshellid", INT64, "Process id of the oldest ancestor that is a shell"),
    PROC_STDIN_TYPE("proc.stdin.type", TEXT, "Type of fd 0 (standard input)"),
    PROC_STDIN_NAME("proc.stdin.name", TEXT, "Name of fd 0 (standard input)"),
    PROC_STDOUT_TYPE("proc.stdout.type", TEXT, "Type of fd 1 (standard output)"),
    PROC_STDOUT_NAME("proc.stdout.name", TEXT, "Name of fd 1 (standard output)"),
    PROC_STDERR_TYPE("proc.stderr.type", TEXT, "Type of fd 2 (standard error)"),
    PROC_STDERR_NAME("proc.stderr.name", TEXT, "Name of fd 2 (standard error)"),
    PROC_NTHREADS("proc.nthreads", UINT64, "Number of threads"),
    PROC_NCHILDS("proc.nchilds", UINT64, "Number of children"),
    PROC_FDOPENCOUNT("proc.fdopencount", UINT64, "Number of open fds"),
    PROC_FDLIMIT("proc.fdlimit", INT64, "Maximum number of open fds"),
    PROC_FDUSAGE("proc.fdusage", DOUBLE, "Ratio of open fds to the maximum"),
    PROC_VMSIZE("proc.vmsize", UINT64, "Virtual memory in kB"),
    PROC_VMRSS("proc.vmrss", UINT64, "Resident memory in kB"),
    PROC_VMSWAP("proc.vmswap", UINT64, "Swapped memory in kB"),
    THREAD_TID("thread.tid", INT64, "Thread id"),
    THREAD_VTID("thread.vtid", INT64, "Thread id in the PID namespace"),
    THREAD_ISMAIN("thread.ismain", BOOLEAN, "Whether the thread is the main thread of the process"),
    THREAD_CAP_PERMITTED("thread.cap_permitted", TEXT, "Names of the permitted capabilities, separated by spaces"),
    THREAD_CAP_EFFECTIVE("thread.cap_effective", TEXT, "Names of the effective capabilities, separated by spaces"),
    THREAD_CAP_INHERITABLE(
            "thread.cap_inheritable", TEXT, "Names of the inheritable capabilities, separated by spaces"),
    THREAD_CGROUPS("thread.cgroups", TEXT, "Cgroups as subsystem=path, separated by spaces"),
    THREAD_CGROUP("thread.cgroup", TEXT, ONLY_NAME, "Path of the cgroup of one subsystem"),
    USER_UID("user.uid", UINT32, "Effective user id"),
    USER_NAME("user.name", TEXT, "Effective user name"),
    USER_HOMEDIR("user.homedir", TEXT, "Home directory of the effective user"),
    USER_SHELL("user.shell", TEXT, "Login shell of the effective user"),
    USER_LOGINUID("user.loginuid", INT64, "Login user id; -1 if unset"),
    USER_LOGINNAME("user.loginname", TEXT, "Login user name"),
    ALERT_HOSTNAME("alert.hostname", TEXT, "Node of the alert", ALERT),
    ALERT_PRIORITY("alert.priority", TEXT, "Priority of the alert, for example Warning", ALERT),
    ALERT_RULE("alert.rule", TEXT, "Rule of the alert", ALERT),
    ALERT_SOURCE("alert.source", TEXT, "Event source of the alert, for example syscall", ALERT),
    ALERT_TAGS("alert.tags", TEXT, NONE, true, "Tags of the rule of the alert", ALERT),
    ALERT_OUTPUT_FIELDS("alert.output_fields", TEXT, ONLY_NAME, "An output field of the alert as text", ALERT),
    ALERT_FACT_TEXT("alert.fact.text", TEXT, ONLY_NAME, "A text fact", ALERT),
    ALERT_FACT_TEXTS("alert.fact.texts", TEXT, ONLY_NAME, true, "A list fact", ALERT),
    ALERT_FACT_NUMBER("alert.fact.number", INT64, ONLY_NAME, "A number fact", ALERT),
    ALERT_FACT_FLAG("alert.fact.flag", BOOLEAN, ONLY_NAME, "A boolean fact", ALERT),
    ALERT_FACT_ADDRESS("alert.fact.address", NETWORK, ONLY_NAME, "An address fact", ALERT);

    private static final Map<String, Field> BY_NAME = new HashMap<>();

    static {
        for (Field field : eventFields()) {
            BY_NAME.put(field.fieldName, field);
        }
    }

    private final String fieldName;
    private final FieldType type;
    private final ArgumentKind argument;
    private final boolean list;
    private final String description;
    /** One bit for each trait, because traits are read on the hot path. */
    private final int traits;

    /** Creates a field with one value and without an argument. */
    Field(String fieldName, FieldType type, String description, FieldTrait... traits) {
        this(fieldName, type, NONE, false, description, traits);
    }

    /** Creates a field with one value. */
    Field(String fieldName, FieldType type, ArgumentKind argument, String description, FieldTrait... traits) {
        this(fieldName, type, argument, false, description, traits);
    }

    Field(
            String fieldName,
            FieldType type,
            ArgumentKind argument,
            boolean list,
            String description,
            FieldTrait... traits) {
        this.fieldName = fieldName;
        this.type = type;
        this.argument = argument;
        this.list = list;
        this.description = description;
        int bits = 0;
        for (FieldTrait trait : traits) {
            bits |= 1 << trait.ordinal();
        }
        this.traits = bits;
    }

    /** Returns the fields of events, which rules can use. All other fields belong to alerts. */
    public static List<Field> eventFields() {
        return Arrays.stream(values())
                .filter(field -> !field.is(FieldTrait.ALERT))
                .toList();
    }

    /** Returns the event field with this exact name, without argument; null if there is none. */
    public static @Nullable Field byName(String name) {
        return BY_NAME.get(name);
    }

    /** Returns the name in rules, for example {@code proc.name}. */
    public String fieldName() {
        return fieldName;
    }

    /**
     * Returns the type of the value, or of each element of a list. The type of {@code evt.rawarg} depends on its
     * argument.
     */
    public FieldType type() {
        return type;
    }

    /** Returns the kind of argument that the field accepts. */
    public ArgumentKind argument() {
        return argument;
    }

    /** Returns whether the value is a list of {@link #type()}. */
    public boolean list() {
        return list;
    }

    /** Returns a short description of the value. */
    public String description() {
        return description;
    }

    /** Returns whether the field has a trait. */
    public boolean is(FieldTrait trait) {
        return (traits & 1 << trait.ordinal()) != 0;
    }
}
