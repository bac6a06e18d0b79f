/* Sockets of all kinds, each part of the program by its name: sockets PART. Traffic stays on the loopback device. What
 * a test has to know beforehand (ports) is printed nowhere: ports are fixed, addresses too. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static int must(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static struct sockaddr_in four(const char *address, int port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &a.sin_addr);
    return a;
}

static struct sockaddr_in6 six(const char *address, int port) {
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    inet_pton(AF_INET6, address, &a.sin6_addr);
    return a;
}

#define ADDRESS(a) (struct sockaddr *)&(a), sizeof(a)

static int listener(int family, struct sockaddr *address, socklen_t length) {
    int fd = must(socket(family, SOCK_STREAM, 0), "socket");
    must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), "setsockopt");
    must(bind(fd, address, length), "bind");
    must(listen(fd, 7), "listen");
    return fd;
}

/* A TCP connection over IPv4: the listener is fd 3, the client 4, the accepted socket 5. */
static void tcp(void) {
    struct sockaddr_in server = four("127.0.0.1", 23101), source = four("127.0.0.2", 23102);
    int l = listener(AF_INET, ADDRESS(server));
    int c = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP), "socket");
    must(setsockopt(c, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), "setsockopt");
    must(bind(c, ADDRESS(source)), "bind");
    must(connect(c, ADDRESS(server)), "connect");
    int a = must(accept4(l, 0, 0, SOCK_NONBLOCK), "accept4");
    must(send(c, "question", 8, 0), "send");
    char data[100];
    must(recv(a, data, sizeof data, 0), "recv");
    must(write(a, "answer", 6), "write");
    must(read(c, data, sizeof data), "read");
    int error;
    socklen_t length = sizeof error;
    must(getsockopt(a, SOL_SOCKET, SO_ERROR, &error, &length), "getsockopt");
    must(shutdown(a, SHUT_WR), "shutdown");
    must(dup2(c, 0), "dup2");
    must(close(a), "close");
    must(close(l), "close");
}

/* A client that does not choose its port, and a server that is reached over a mapped address. */
static void mapped(void) {
    struct sockaddr_in6 any = six("::", 23103), server = six("::ffff:127.0.0.1", 23103);
    int l = listener(AF_INET6, ADDRESS(any));
    int c = must(socket(AF_INET6, SOCK_STREAM, 0), "socket");
    must(connect(c, ADDRESS(server)), "connect");
    must(accept(l, 0, 0), "accept");
}

static void tcp6(void) {
    struct sockaddr_in6 server = six("::1", 23104);
    int l = listener(AF_INET6, ADDRESS(server));
    int c = must(socket(AF_INET6, SOCK_STREAM, 0), "socket");
    must(connect(c, ADDRESS(server)), "connect");
    must(accept(l, 0, 0), "accept");
}

/* Nobody listens; then the same without waiting, at an address that does not answer at once. */
static void refused(void) {
    struct sockaddr_in nobody = four("127.0.0.1", 23105), there = four("127.0.0.1", 23106);
    int c = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    connect(c, ADDRESS(nobody));
    listener(AF_INET, ADDRESS(there));
    int d = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
    connect(d, ADDRESS(there));
    connect(77, ADDRESS(there));
    accept(c, 0, 0);
}

static void message(int fd, void *to, socklen_t length, char *one, char *two) {
    struct iovec pieces[] = {{one, strlen(one)}, {two, strlen(two)}};
    struct msghdr m = {.msg_name = to, .msg_namelen = length, .msg_iov = pieces, .msg_iovlen = 2};
    must(sendmsg(fd, &m, 0), "sendmsg");
}

/* Datagrams: the server is fd 3, the client 4, who sends to two peers, then connects to one and sends to the other. */
static void udp(void) {
    struct sockaddr_in first = four("127.0.0.1", 23107), second = four("127.0.0.1", 23108), from;
    int s = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    must(bind(s, ADDRESS(first)), "bind");
    int c = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    must(sendto(c, "one", 3, 0, ADDRESS(first)), "sendto");
    must(sendto(c, "again", 5, 0, ADDRESS(first)), "sendto");
    must(sendto(c, "other", 5, 0, ADDRESS(second)), "sendto");
    char data[100];
    socklen_t length = sizeof from;
    must(recvfrom(s, data, sizeof data, 0, (struct sockaddr *)&from, &length), "recvfrom");
    must(sendto(s, "reply", 5, 0, (struct sockaddr *)&from, length), "sendto");
    must(connect(c, ADDRESS(first)), "connect");
    must(send(c, "connected", 9, 0), "send");
    message(c, &second, sizeof second, "to an", "other");
    struct iovec piece = {data, sizeof data};
    struct msghdr m = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &piece, .msg_iovlen = 1};
    must(recvmsg(s, &m, 0), "recvmsg");
    struct mmsghdr two[2] = {};
    struct iovec pieces[2] = {{"first", 5}, {"second", 6}};
    two[0].msg_hdr =
        (struct msghdr){.msg_name = &first, .msg_namelen = sizeof first, .msg_iov = &pieces[0], .msg_iovlen = 1};
    two[1].msg_hdr =
        (struct msghdr){.msg_name = &second, .msg_namelen = sizeof second, .msg_iov = &pieces[1], .msg_iovlen = 1};
    must(sendmmsg(c, two, 2, 0), "sendmmsg");
}

/* An own port does not make the one who begins a server: fd 3 is bound and speaks first. */
static void bound(void) {
    struct sockaddr_in own = four("127.0.0.1", 23110), other = four("127.0.0.1", 23111);
    int s = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    must(bind(s, ADDRESS(own)), "bind");
    must(sendto(s, "first", 5, 0, ADDRESS(other)), "sendto");
}

/* IPv4 from a socket of IPv6, and with the family left out. */
static void families(void) {
    struct sockaddr_in peer = four("127.0.0.1", 23112);
    int s = must(socket(AF_INET6, SOCK_DGRAM, 0), "socket");
    must(sendto(s, "six", 3, 0, ADDRESS(peer)), "sendto");
    int t = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    peer.sin_family = AF_UNSPEC;
    must(sendto(t, "unspecified", 11, 0, ADDRESS(peer)), "sendto");
}

static struct sockaddr_un path(const char *name, socklen_t *length) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    memcpy(a.sun_path, name, strlen(name));
    if (name[0] == '@')
        a.sun_path[0] = 0;
    *length = offsetof(struct sockaddr_un, sun_path) + strlen(name) + (name[0] != '@');
    return a;
}

static void unix_at(const char *name) {
    socklen_t length;
    struct sockaddr_un a = path(name, &length);
    int l = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
    must(bind(l, (struct sockaddr *)&a, length), "bind");
    must(listen(l, 1), "listen");
    int c = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
    must(connect(c, (struct sockaddr *)&a, length), "connect");
    int s = must(accept(l, 0, 0), "accept");
    must(write(s, "hello", 5), "write");
    char data[10];
    must(read(c, data, sizeof data), "read");
}

/* What has no addresses that rules know. */
static void others(void) {
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    must(write(pair[0], "pair", 4), "write");
    must(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), "socket");
    must(socket(AF_PACKET, SOCK_RAW, 0), "socket");
    socket(AF_INET, SOCK_STREAM, IPPROTO_UDP);
    int raw = must(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), "socket");
    struct sockaddr_in self = four("127.0.0.1", 0);
    char echo[8] = {8, 0, 0xf7, 0xff};
    must(sendto(raw, echo, sizeof echo, 0, ADDRESS(self)), "sendto");
}

/* What a reverse shell does: a program whose input is a connection. */
static void shell(void) {
    struct sockaddr_in server = four("127.0.0.1", 23113);
    listener(AF_INET, ADDRESS(server));
    int c = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    must(connect(c, ADDRESS(server)), "connect");
    must(dup2(c, 0), "dup2");
    execlp("true", "true", "shell", NULL);
}

int main(int count, char **arguments) {
    const char *part = count > 1 ? arguments[1] : "";
    if (!strcmp(part, "tcp"))
        tcp();
    else if (!strcmp(part, "shell"))
        shell();
    else if (!strcmp(part, "tcp6"))
        tcp6();
    else if (!strcmp(part, "mapped"))
        mapped();
    else if (!strcmp(part, "refused"))
        refused();
    else if (!strcmp(part, "udp"))
        udp();
    else if (!strcmp(part, "bound"))
        bound();
    else if (!strcmp(part, "families"))
        families();
    else if (!strcmp(part, "path"))
        unix_at("socket");
    else if (!strcmp(part, "abstract"))
        unix_at("@tiercel-test");
    else if (!strcmp(part, "others"))
        others();
    else
        return 2;
    return 0;
}
