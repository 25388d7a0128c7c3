/* The same in C, on epoll: send at once, keep the rest. What Python can be measured against. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 1 << 16, SIZE = 65536 };
static struct { char *data; size_t size; } owed[MOST];      /* descriptor -> what did not fit */
static int watch;

static void want(int how, int number, unsigned events) {
    struct epoll_event event = { .events = events, .data.fd = number };
    epoll_ctl(watch, how, number, &event);
}

static void leave(int number) {
    free(owed[number].data);
    owed[number].data = NULL, owed[number].size = 0;
    close(number);
}

static void keep(int number, const char *data, size_t size) {
    owed[number].data = realloc(owed[number].data, owed[number].size + size);
    memcpy(owed[number].data + owed[number].size, data, size);
    if (!owed[number].size)
        want(EPOLL_CTL_MOD, number, EPOLLIN | EPOLLOUT);
    owed[number].size += size;
}

static void receive(int number) {
    static char data[SIZE];
    ssize_t size = recv(number, data, sizeof data, 0), sent = 0;
    if (size < 0 && errno == EAGAIN)
        return;
    if (size <= 0) {
        leave(number);
        return;
    }
    if (!owed[number].size)
        sent = send(number, data, size, MSG_NOSIGNAL);
    if (sent < 0)
        sent = errno == EAGAIN ? 0 : size;
    if (sent < size)
        keep(number, data + sent, size - sent);
}

static void send_rest(int number) {
    ssize_t sent = send(number, owed[number].data, owed[number].size, MSG_NOSIGNAL);
    if (sent < 0)
        return;
    owed[number].size -= sent;
    memmove(owed[number].data, owed[number].data + sent, owed[number].size);
    if (!owed[number].size)
        want(EPOLL_CTL_MOD, number, EPOLLIN);
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    struct epoll_event events[1024];
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024))
        return 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("listening on port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    watch = epoll_create1(0);
    want(EPOLL_CTL_ADD, listener, EPOLLIN);
    for (;;) {
        int ready = epoll_wait(watch, events, 1024, 1000);
        for (int i = 0; i < ready; i++) {
            int number = events[i].data.fd;
            if (number == listener) {
                int guest = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (guest >= MOST)
                    close(guest);
                else if (guest >= 0)
                    want(EPOLL_CTL_ADD, guest, EPOLLIN);
            } else if (events[i].events & ~EPOLLOUT)
                receive(number);
            else if (owed[number].size)
                send_rest(number);
        }
    }
}
