import './kijkuit-wall.ts'
