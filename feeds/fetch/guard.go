package fetch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"
)

// privateError says that an address is not public.
type privateError struct{ addr string }

func (e *privateError) Error() string { return "private address " + e.addr }

// guard is a net.Dialer's ControlContext: it sees each address just before the
// connection is made, after every look-up, however the address was written.
func guard(_ context.Context, network, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("guard %s address %q: %w", network, address, err)
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !public(ip) {
		return &privateError{host}
	}
	return nil
}

// reserved lists what is not the public internet: the IANA special-purpose address
// registries (RFC 6890 and its successors), and multicast.
var reserved = sync.OnceValues(func() (v4, v6 []netip.Prefix) {
	for _, s := range [...]string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
		"172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
		"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	} {
		v4 = append(v4, netip.MustParsePrefix(s))
	}
	for _, s := range [...]string{
		"::/96",          // unspecified, loopback and the old IPv4-compatible form
		"64:ff9b:1::/48", // NAT64 within a site
		"100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16",
		"fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
	} {
		v6 = append(v6, netip.MustParsePrefix(s))
	}
	return v4, v6
})

// public reports whether an address is on the public internet. Forms of IPv6 that carry
// an IPv4 address are as public as that.
func public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	v4, v6 := reserved()
	if ip.Is4() {
		return !within(ip, v4)
	}
	if !ip.Is6() || within(ip, v6) {
		return false
	}
	b := ip.As16()
	at := -1
	switch {
	case b[0] == 0x00 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b: // NAT64, RFC 6052
		at = 12
	case b[0] == 0x20 && b[1] == 0x02: // 6to4, RFC 3056
		at = 2
	case b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe: // ISATAP, RFC 5214
		at = 12
	}
	if at >= 0 {
		return !within(netip.AddrFrom4([4]byte(b[at:at+4])), v4)
	}
	return true
}

func within(ip netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// proxied decides on a request that a proxy will make for us, where no dial of ours sees
// the address: names of this machine and of private networks are refused, and so is what
// our own look-up says is private. A name that only the proxy can look up is left to it;
// with a SOCKS proxy nothing is looked up here, because people use those to keep names
// from their own resolver.
func proxied(ctx context.Context, u, proxy *url.URL) error {
	name := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if ip, err := netip.ParseAddr(name); err == nil {
		if !public(ip) {
			return &privateError{name}
		}
		return nil
	}
	for _, end := range [...]string{"localhost", "local", "internal", "lan", "home.arpa", "intranet", "corp", "home"} {
		if name == end || strings.HasSuffix(name, "."+end) {
			return &privateError{name}
		}
	}
	// A last label that is a number is an IPv4 address in one of its odd spellings
	// (0x7f.1, 2130706433): WHATWG URL, "ends in a number".
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last != "" && '0' <= last[0] && last[0] <= '9' {
		return &privateError{name}
	}
	if strings.HasPrefix(proxy.Scheme, "socks") {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", name)
	if err != nil {
		return nil
	}
	for _, ip := range ips {
		if !public(ip) {
			return &privateError{name}
		}
	}
	return nil
}
