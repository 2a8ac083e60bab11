// Verifies a log with Go's own packages for notes and logs, which share no code with what is tested.
//
//	verify DIR VKEY OLD-CHECKPOINT REQUEST PROOF...
//
// DIR is a log as static files. REQUEST is what a witness that stands at OLD-CHECKPOINT would be sent, PROOFs are
// .tlog-proof files. Everything must fit the checkpoint in DIR; otherwise the reason is printed, and the status is 1.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type folder string

func (dir folder) Height() int { return height }

func (dir folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (dir folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(dir.path(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// path says where C2SP puts a tile: Go's own paths hold the height, and call the entries data.
func (dir folder) path(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	return filepath.Join(string(dir), "tile", strings.Replace(path, "data/", "entries/", 1))
}

func main() {
	if err := verify(folder(os.Args[1]), os.Args[2], os.Args[3], os.Args[4], os.Args[5:]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func verify(dir folder, vkey, oldPath, requestPath string, proofs []string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	tree, err := open(filepath.Join(string(dir), "checkpoint"), verifier)
	if err != nil {
		return err
	}
	old, err := open(oldPath, verifier)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, dir)
	if err := tiles(dir, tree, hashes); err != nil {
		return err
	}
	if err := entries(dir, tree, hashes); err != nil {
		return err
	}
	if err := consistent(tree, old, hashes, requestPath); err != nil {
		return err
	}
	for _, path := range proofs {
		if err := included(dir, tree, path); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func open(path string, verifier note.Verifier) (tlog.Tree, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("the origin is %q", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

// tiles compares every tile that Go expects with the one in the folder. Older versions list partial tiles of every
// width that the log has had; only the last stands in the folder.
func tiles(dir folder, tree tlog.Tree, hashes tlog.HashReader) error {
	all := tlog.NewTiles(height, 0, tree.N)
	for place, tile := range all {
		if place+1 < len(all) && all[place+1].L == tile.L && all[place+1].N == tile.N {
			continue
		}
		expected, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return err
		}
		found, err := os.ReadFile(dir.path(tile))
		if err != nil {
			return err
		}
		if !bytes.Equal(expected, found) {
			return fmt.Errorf("%s differs", tile.Path())
		}
	}
	return nil
}

// entries compares every entry's hash with the tiles, and proves some entries.
func entries(dir folder, tree tlog.Tree, hashes tlog.HashReader) error {
	for index := int64(0); index < tree.N; index++ {
		data, err := entry(dir, tree, index)
		if err != nil {
			return err
		}
		stored, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return err
		}
		if stored[0] != tlog.RecordHash(data) {
			return fmt.Errorf("entry %d is not that of the tree", index)
		}
		if index%97 != 0 {
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, index, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, stored[0]); err != nil {
			return err
		}
	}
	return nil
}

func entry(dir folder, tree tlog.Tree, index int64) ([]byte, error) {
	bundle := tlog.Tile{H: height, L: -1, N: index >> height, W: 1 << height}
	if first := bundle.N << height; first+int64(bundle.W) > tree.N {
		bundle.W = int(tree.N - first)
	}
	data, err := os.ReadFile(dir.path(bundle))
	if err != nil {
		return nil, err
	}
	for place := bundle.N << height; len(data) >= 2; place++ {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			break
		}
		if place == index {
			return data[2 : 2+length], nil
		}
		data = data[2+length:]
	}
	return nil, fmt.Errorf("the bundle of entry %d ends early", index)
}

// consistent holds the proof in a request, and the one that Go makes, against both trees.
func consistent(tree, old tlog.Tree, hashes tlog.HashReader, requestPath string) error {
	made, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	lines, err := head(requestPath)
	if err != nil {
		return err
	}
	if lines[0] != fmt.Sprintf("old %d", old.N) {
		return fmt.Errorf("the request begins with %q", lines[0])
	}
	var given tlog.TreeProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		given = append(given, hash)
	}
	if err := tlog.CheckTree(given, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return err
	}
	return tlog.CheckTree(made, tree.N, tree.Hash, old.N, old.Hash)
}

// included verifies a proof file of the same checkpoint.
func included(dir folder, tree tlog.Tree, path string) error {
	lines, err := head(path)
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	data, err := entry(dir, tree, index)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(data))
}

// head gives the lines before the checkpoint.
func head(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	before, _, _ := bytes.Cut(data, []byte("\n\n"))
	return strings.Split(string(before), "\n"), nil
}
