package io.tiercel.sensor.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The kernel's names for numbers that calls on file descriptors pass, in tables by a name of their own ({@code domain},
 * {@code fcntl} ...). Numbers stand as the kernel's headers (include/uapi) have them.
 */
final class NumberNames {
    /** A line: the table, whether a number is one name or the bits of several, then names with their numbers. */
    private static final String TABLES = """
            domain one AF_UNSPEC=0 AF_LOCAL=1 AF_UNIX=1 AF_INET=2 AF_AX25=3 AF_IPX=4 AF_APPLETALK=5 AF_NETROM=6 AF_BRIDGE=7 \
            AF_ATMPVC=8 AF_X25=9 AF_INET6=10 AF_ROSE=11 AF_DECnet=12 AF_NETBEUI=13 AF_SECURITY=14 AF_KEY=15 AF_ROUTE=16 \
            AF_NETLINK=16 AF_PACKET=17 AF_ASH=18 AF_ECONET=19 AF_ATMSVC=20 AF_RDS=21 AF_SNA=22 AF_IRDA=23 AF_PPPOX=24 \
            AF_WANPIPE=25 AF_LLC=26 AF_IB=27 AF_MPLS=28 AF_CAN=29 AF_TIPC=30 AF_BLUETOOTH=31 AF_IUCV=32 AF_RXRPC=33 \
            AF_ISDN=34 AF_PHONET=35 AF_IEEE802154=36 AF_CAIF=37 AF_ALG=38 AF_NFC=39 AF_VSOCK=40 AF_KCM=41 AF_QIPCRTR=42 \
            AF_SMC=43 AF_XDP=44 AF_MCTP=45
            socket bits SOCK_NONBLOCK=2048 SOCK_CLOEXEC=524288
            shutdown one SHUT_RD=0 SHUT_WR=1 SHUT_RDWR=2
            level one SOL_IP=0 SOL_SOCKET=1 SOL_TCP=6 SOL_UDP=17 SOL_IPV6=41 SOL_ICMPV6=58 SOL_RAW=255 \
            SOL_PACKET=263 SOL_NETLINK=270 SOL_ALG=279 SOL_TLS=282 SOL_XDP=283 SOL_MPTCP=284
            option one SO_DEBUG=1 SO_REUSEADDR=2 SO_TYPE=3 SO_ERROR=4 SO_DONTROUTE=5 SO_BROADCAST=6 SO_SNDBUF=7 SO_RCVBUF=8 \
            SO_KEEPALIVE=9 SO_OOBINLINE=10 SO_NO_CHECK=11 SO_PRIORITY=12 SO_LINGER=13 SO_BSDCOMPAT=14 SO_REUSEPORT=15 \
            SO_PASSCRED=16 SO_PEERCRED=17 SO_RCVLOWAT=18 SO_SNDLOWAT=19 SO_RCVTIMEO=20 SO_SNDTIMEO=21 \
            SO_SECURITY_AUTHENTICATION=22 SO_SECURITY_ENCRYPTION_TRANSPORT=23 SO_SECURITY_ENCRYPTION_NETWORK=24 \
            SO_BINDTODEVICE=25 SO_ATTACH_FILTER=26 SO_DETACH_FILTER=27 SO_PEERNAME=28 SO_TIMESTAMP=29 SO_ACCEPTCONN=30 \
            SO_PEERSEC=31 SO_SNDBUFFORCE=32 SO_RCVBUFFORCE=33 SO_PASSSEC=34 SO_TIMESTAMPNS=35 SO_MARK=36 \
            SO_TIMESTAMPING=37 SO_PROTOCOL=38 SO_DOMAIN=39 SO_RXQ_OVFL=40 SO_WIFI_STATUS=41 SO_PEEK_OFF=42 SO_NOFCS=43 \
            SO_LOCK_FILTER=44 SO_SELECT_ERR_QUEUE=45 SO_BUSY_POLL=46 SO_MAX_PACING_RATE=47 SO_BPF_EXTENSIONS=48 \
            SO_INCOMING_CPU=49 SO_ATTACH_BPF=50 SO_ATTACH_REUSEPORT_CBPF=51 SO_ATTACH_REUSEPORT_EBPF=52 SO_CNX_ADVICE=53 \
            SO_MEMINFO=55 SO_INCOMING_NAPI_ID=56 SO_COOKIE=57 SO_PEERGROUPS=59 SO_ZEROCOPY=60 SO_TXTIME=61 \
            SO_BINDTOIFINDEX=62 SO_PREFER_BUSY_POLL=69 SO_BUSY_POLL_BUDGET=70 SO_NETNS_COOKIE=71 SO_BUF_LOCK=72 \
            SO_RESERVE_MEM=73 SO_TXREHASH=74 SO_RCVMARK=75 SO_PASSPIDFD=76 SO_PEERPIDFD=77
            fcntl one F_DUPFD=0 F_GETFD=1 F_SETFD=2 F_GETFL=3 F_SETFL=4 F_GETLK=5 F_SETLK=6 F_SETLKW=7 F_SETOWN=8 F_GETOWN=9 \
            F_SETSIG=10 F_GETSIG=11 F_SETOWN_EX=15 F_GETOWN_EX=16 F_OFD_GETLK=36 F_OFD_SETLK=37 F_OFD_SETLKW=38 \
            F_SETLEASE=1024 F_GETLEASE=1025 F_NOTIFY=1026 F_CANCELLK=1029 F_DUPFD_CLOEXEC=1030 F_SETPIPE_SZ=1031 \
            F_GETPIPE_SZ=1032 F_ADD_SEALS=1033 F_GET_SEALS=1034
            whence one SEEK_SET=0 SEEK_CUR=1 SEEK_END=2 SEEK_DATA=3 SEEK_HOLE=4
            flock bits LOCK_SH=1 LOCK_EX=2 LOCK_NB=4 LOCK_UN=8
            splice bits SPLICE_F_MOVE=1 SPLICE_F_NONBLOCK=2 SPLICE_F_MORE=4 SPLICE_F_GIFT=8
            epoll bits EPOLL_CLOEXEC=524288
            memfd bits MFD_CLOEXEC=1 MFD_ALLOW_SEALING=2 MFD_HUGETLB=4 MFD_NOEXEC_SEAL=8 MFD_EXEC=16
            pidfd bits PIDFD_NONBLOCK=2048 PIDFD_THREAD=128
            closerange bits CLOSE_RANGE_UNSHARE=2 CLOSE_RANGE_CLOEXEC=4
            uring bits IORING_SETUP_IOPOLL=1 IORING_SETUP_SQPOLL=2 IORING_SETUP_SQ_AFF=4 IORING_SETUP_CQSIZE=8 \
            IORING_SETUP_CLAMP=16 IORING_SETUP_ATTACH_WQ=32 IORING_SETUP_R_DISABLED=64 IORING_SETUP_SUBMIT_ALL=128 \
            IORING_SETUP_COOP_TASKRUN=256 IORING_SETUP_TASKRUN_FLAG=512 IORING_SETUP_SQE128=1024 IORING_SETUP_CQE32=2048 \
            IORING_SETUP_SINGLE_ISSUER=4096 IORING_SETUP_DEFER_TASKRUN=8192 IORING_SETUP_NO_MMAP=16384 \
            IORING_SETUP_REGISTERED_FD_ONLY=32768 IORING_SETUP_NO_SQARRAY=65536
            uringfeature bits IORING_FEAT_SINGLE_MMAP=1 IORING_FEAT_NODROP=2 IORING_FEAT_SUBMIT_STABLE=4 \
            IORING_FEAT_RW_CUR_POS=8 IORING_FEAT_CUR_PERSONALITY=16 IORING_FEAT_FAST_POLL=32 IORING_FEAT_POLL_32BITS=64 \
            IORING_FEAT_SQPOLL_NONFIXED=128 IORING_FEAT_EXT_ARG=256 IORING_FEAT_NATIVE_WORKERS=512 \
            IORING_FEAT_RSRC_TAGS=1024 IORING_FEAT_CQE_SKIP=2048 IORING_FEAT_LINKED_FILE=4096 \
            IORING_FEAT_REG_REG_RING=8192
            uringenter bits IORING_ENTER_GETEVENTS=1 IORING_ENTER_SQ_WAKEUP=2 IORING_ENTER_SQ_WAIT=4 IORING_ENTER_EXT_ARG=8 \
            IORING_ENTER_REGISTERED_RING=16
            uringregister one IORING_REGISTER_BUFFERS=0 IORING_UNREGISTER_BUFFERS=1 IORING_REGISTER_FILES=2 \
            IORING_UNREGISTER_FILES=3 IORING_REGISTER_EVENTFD=4 IORING_UNREGISTER_EVENTFD=5 IORING_REGISTER_FILES_UPDATE=6 \
            IORING_REGISTER_EVENTFD_ASYNC=7 IORING_REGISTER_PROBE=8 IORING_REGISTER_PERSONALITY=9 \
            IORING_UNREGISTER_PERSONALITY=10 IORING_REGISTER_RESTRICTIONS=11 IORING_REGISTER_ENABLE_RINGS=12 \
            IORING_REGISTER_FILES2=13 IORING_REGISTER_FILES_UPDATE2=14 IORING_REGISTER_BUFFERS2=15 \
            IORING_REGISTER_BUFFERS_UPDATE=16 IORING_REGISTER_IOWQ_AFF=17 IORING_UNREGISTER_IOWQ_AFF=18 \
            IORING_REGISTER_IOWQ_MAX_WORKERS=19 IORING_REGISTER_RING_FDS=20 IORING_UNREGISTER_RING_FDS=21 \
            IORING_REGISTER_PBUF_RING=22 IORING_UNREGISTER_PBUF_RING=23
            """;

    private record Named(String name, long number) {}

    private record Table(boolean bits, List<Named> names) {}

    private static final Map<String, Table> BY_NAME = new HashMap<>();

    static {
        TABLES.lines().forEach(NumberNames::read);
    }

    private NumberNames() {}

    /**
     * The names of a number in a table, joined with bars: of a table of bits those of all bits that are set, else all names
     * that the number has. Empty if it has none.
     */
    static String of(String table, long number) {
        Table names = BY_NAME.get(table);
        if (names == null) {
            throw new IllegalArgumentException("no table " + table);
        }
        StringBuilder text = new StringBuilder();
        for (Named named : names.names) {
            if (names.bits ? (number & named.number) != 0 : number == named.number) {
                text.append(text.isEmpty() ? "" : "|").append(named.name);
            }
        }
        return text.toString();
    }

    private static void read(String line) {
        String[] words = line.split(" ");
        List<Named> names = new ArrayList<>();
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            names.add(new Named(words[i].substring(0, equals), Long.parseLong(words[i].substring(equals + 1))));
        }
        BY_NAME.put(words[0], new Table(words[1].equals("bits"), List.copyOf(names)));
    }
}
