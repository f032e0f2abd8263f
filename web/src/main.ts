// Puts the page into its place; everything else follows from what the daemon says.
import { mount } from 'svelte';
import './page.css';
import Entrance from './Entrance.svelte';

const target = document.getElementById('page');
if (target) mount(Entrance, { target });
